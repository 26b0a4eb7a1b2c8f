"""The papers that go beside the labels: forms to read, to sign and to keep.

receipt    what a citizen takes home
strips     what forms are made of
sheet      the paper that forms are printed on, its head and its foot

Each paper is a dataclass of words that the caller has chosen, and `pages` draws it; `labels.render`
makes a file of the pages.
"""
