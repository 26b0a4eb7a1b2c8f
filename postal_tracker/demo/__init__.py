"""The rehearsal centre: a centre with a past, staff and a postal service, none of them real.

people        who hands dossiers in
plot          where they live, and what befalls their parcels
past          five weeks of what happened to them, in the order of an `agenda`
old_desk      what desk and courier did in that time
old_messages  what the post told in that time
catalogue     sample offices, authorities and procedures
record        the centre's own files and database
access        sign-ins and keys
director      keeps the centre alive over HTTP
postman       fetches what visitors sign over
board         shows it all in the terminal
centre        puts them together
command       the command `demo`
"""
