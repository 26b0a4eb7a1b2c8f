"""The tree is that of RFC 6962, and its proofs convince of what is true and of nothing else."""

from itertools import product

import pytest

from postal_tracker.core import merkle

CONTENTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves of Certificate Transparency's own tests; below, their roots and proofs (published with
the reference implementations of RFC 6962)."""

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

LEAVES = [merkle.leaf_hash(content) for content in CONTENTS]


def hash_of(start: int, end: int) -> bytes:
    return merkle.root_of(LEAVES[start:end])


@pytest.mark.parametrize("size", range(9))
def test_a_root_is_that_of_the_standard(size: int) -> None:
    assert merkle.root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("leaf", "size", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)
def test_a_proof_of_inclusion_is_that_of_the_standard(
    leaf: int, size: int, proof: list[str]
) -> None:
    assert [h.hex() for h in merkle.inclusion_proof(leaf, size, hash_of)] == proof


@pytest.mark.parametrize(
    ("old", "size", "proof"),
    [
        (1, 1, []),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
    ],
)
def test_a_proof_of_consistency_is_that_of_the_standard(
    old: int, size: int, proof: list[str]
) -> None:
    assert [h.hex() for h in merkle.consistency_proof(old, size, hash_of)] == proof


MANY = [merkle.leaf_hash(bytes([number])) for number in range(70)]


def test_a_proof_convinces_of_its_own_leaf_place_and_root_alone() -> None:
    for size in range(1, 40):
        root = merkle.root_of(MANY[:size])
        for at in range(size):
            proof = merkle.inclusion_proof(at, size, lambda a, b: merkle.root_of(MANY[a:b]))
            assert merkle.root_by_inclusion(MANY[at], at, size, proof) == root, (at, size)
            for other in (MANY[at + 1], merkle.EMPTY_ROOT):
                assert merkle.root_by_inclusion(other, at, size, proof) != root, (at, size)
            wrong = [*proof, root], proof[:-1] if proof else [root], [root, *proof]
            for changed in wrong:
                assert merkle.root_by_inclusion(MANY[at], at, size, changed) != root, (at, size)
        for at in (-1, size, size + 1):
            assert merkle.root_by_inclusion(MANY[0], at, size, []) is None


def test_a_longer_log_proves_that_it_begins_with_a_shorter_one_and_no_other_log_does() -> None:
    changed = [*MANY]
    for old, size in product(range(40), range(40)):
        if old > size:
            assert not merkle.is_consistent(old, ROOT(old), size, ROOT(size), [])
            continue
        proof = merkle.consistency_proof(old, size, lambda a, b: merkle.root_of(MANY[a:b]))
        assert merkle.is_consistent(old, ROOT(old), size, ROOT(size), proof), (old, size)
        if old:
            changed[0] = MANY[1]
            other = merkle.root_of(changed[:old])
            assert not merkle.is_consistent(old, other, size, ROOT(size), proof), (old, size)
            assert not merkle.is_consistent(old, ROOT(old), size, other, proof) or old == size
        for wrong in ([*proof, ROOT(1)], proof[1:] if proof else [ROOT(2)]):
            assert not merkle.is_consistent(old, ROOT(old), size, ROOT(size), wrong), (old, size)


def ROOT(size: int) -> bytes:  # noqa: N802 - as the standard writes it
    return merkle.root_of(MANY[:size])


def test_a_tree_that_grows_has_at_each_size_the_root_of_its_leaves() -> None:
    frontier, kept = merkle.Frontier(0, []), {}
    leaves = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(66_000)]
    for number, leaf in enumerate(leaves):
        kept.update({(level, at): hash_ for level, at, hash_ in frontier.append(leaf)})
        if number % 30_000 == 0 or number in (254, 255, 256, 65534, 65535, 65536):
            assert frontier.root() == merkle.root_of(leaves[: number + 1]), number
    assert frontier.size == 66_000
    assert kept[1, 3] == merkle.root_of(leaves[768:1024])
    assert kept[2, 0] == merkle.root_of(leaves[:65536])
    assert len(kept) == 66_000 // 256 + 1
