"""The papers that go beside the labels: forms to read, to sign and to keep.

receipt        what a citizen takes home
handover_list  what a postman signs for
contents_slip  what lies in a parcel, or comes back in it
envelope       who sends it and who receives it, where the window is
listing        numbered lines over as many pages as they need
sheet          the paper that forms are printed on, and what all of them have
strips         what forms are made of

Each paper is a dataclass of words that the caller has chosen, and `pages` draws it; `labels.render`
makes a file of the pages.
"""
