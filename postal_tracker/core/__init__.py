"""Pure rules (the domain): what things mean, without database, network or page.

journey          where dossiers and parcels stand: a fold over what happened (event sourcing)
poll_schedule    when a parcel is polled again
codes            dossier codes, lookup codes, tracking numbers
working_days     the calendar: when a dossier is due
own_days         the centre's own days off, as they were told
bilingual_terms  our vocabulary, in Vietnamese and English
text             text as it is meant, and without its marks for searching
search_terms     by what a dossier is found: words of a name, ends of numbers
dates            days and moments as people read them
merkle           the tree over the tamper-evident log, and its proofs (RFC 6962)
checkpoints      signed statements of how that log stood (C2SP)
clocks           how far clocks may differ, and how fast a rehearsal's goes
problem_types    every kind of problem, explained (RFC 9457)
problems         what can be wrong, with a sentence in each language (RFC 9457)
"""
