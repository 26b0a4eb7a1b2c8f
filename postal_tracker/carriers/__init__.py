"""Carriers, as far as they are no dialect: whom we work with, what they tell, and polling them.

configured   which carriers are set up here, and who is polled about whose parcels
state        how it goes with each: when it was heard and polled, when it rests
backoff      how long one rests that fails
health       the same, for staff and operators
next_checks  when each parcel is polled next, stored beside it
inbox        what carriers and couriers tell us: kept, matched, recorded
polling      asking them what became of parcels, within their rate limit
trying       asking one now, to see whether it answers
announcing   telling them of parcels to come
exchange     what speaking with a carrier needs
"""
