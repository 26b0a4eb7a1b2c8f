"""The papers that go beside the labels: forms to read, to sign and to keep.

receipt        what a citizen takes home
handover_list  what a postman signs for
notices        what is lacking, a refusal, an apology with a new date, a stop: forms 02 to 05
control_slip   who gave a dossier to whom, when: form 06
register       what an office took in during a year, in books: form 07
evaluation     what a citizen is asked after all
editions       numbers and titles of the forms, by the day
contents_slip  what lies in a parcel, or comes back in it
envelope       who sends it and who receives it, where the window is
letter         what the notices have in common: head, body, signatures, on one page or several
listing        numbered lines over as many pages as they need
sheet          the paper that forms are printed on, and what all of them have
strips         what forms are made of

Each paper is a dataclass of words that the caller has chosen, and `pages` draws it; `labels.render`
makes a file of the pages.
"""
