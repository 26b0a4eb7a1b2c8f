"""Carriers, as far as they are no dialect: whom we work with, what they tell, and asking them.

configured   which carriers are set up here, and who is asked about whose parcels
state        how it goes with each: when it was heard and asked, when it rests (backoff)
health       the same, for staff and operators
next_checks  when each parcel is asked about next, stored beside it
inbox        what carriers and couriers tell us: kept, matched, recorded
polling      asking them, within their rate limit
announcing   telling them of parcels to come
exchange     what speaking with a carrier needs
"""
