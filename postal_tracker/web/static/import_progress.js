// Shows how far a long list is without loading the page anew. Without it the page renews itself.

const EVERY = 1000;

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = page.getElementById("progress");
    if (!answer.ok || answer.redirected || !news) return location.reload();
    tell(document.getElementById("progress"), news);
  } catch {
    // the network is away; it is asked again
  }
  setTimeout(look, EVERY);
}

// Changed in place, so that it is read out as news and the focus stays where it is.
function tell(shown, news) {
  const said = news.querySelector("[role=status]").textContent;
  const status = shown.querySelector("[role=status]");
  if (status.textContent !== said) status.textContent = said;
  shown.querySelector("progress").replaceWith(news.querySelector("progress"));
}

setTimeout(look, EVERY);
