"""The tamper-evident log: what is in the record comes into it within a second, and stays as it was.

Each entry, each carrier's message, each line of the audit log, each signature under a handover list
and each restored copy is a leaf of one Merkle tree (RFC 6962). A sequencer, one at a time, numbers
what is committed; a signed checkpoint stands for all leaves so far. Why, and what it proves:
decision 20.

leaves      which rows are leaves, and the text that is hashed
due         which rows are not in the log yet
tree        the stored tree: its roots and proofs
keys        the key that signs
sequencing  appends what is due, and signs
proofs      that a leaf is in the log, that it has only grown
epochs      a restored copy is noted
succession  another key after one that is lost
feed        what is in it behind a cursor, for those who go on from there
exporting   the whole log as lines, for those who check it elsewhere
"""

from postal_tracker.ledger.log.due import forget_salts, note_due
from postal_tracker.ledger.log.sequencing import Sequencer

__all__ = ["Sequencer", "forget_salts", "note_due"]
