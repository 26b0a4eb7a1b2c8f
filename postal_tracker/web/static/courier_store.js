// What a courier noted, on this telephone's disk until the server has it: in the order of noting.

const opened = new Promise((done, fail) => {
  const asked = indexedDB.open("courier", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("events", { keyPath: "n", autoIncrement: true });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});

// Done is what is on the disk, not what is on its way there: the page says "noted" after it.
async function within(mode, act) {
  const changes = (await opened).transaction("events", mode, { durability: "strict" });
  const asked = act(changes.objectStore("events"));
  return new Promise((done, fail) => {
    changes.oncomplete = () => done(asked.result);
    changes.onabort = () => fail(changes.error);
  });
}

export const add = (event) => within("readwrite", (events) => events.add(event));
export const change = (event) => within("readwrite", (events) => events.put(event));
export const drop = (n) => within("readwrite", (events) => events.delete(n));
export const all = () => within("readonly", (events) => events.getAll());
