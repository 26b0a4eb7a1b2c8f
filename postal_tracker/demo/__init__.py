"""The rehearsal centre: a centre with a past, staff and a postal service, none of them real.

`people` invents who hands dossiers in, `plot` says where they live and what befalls their parcels,
`past` tells five weeks of what happened to them, `access` gives out sign-ins and keys, `director`
keeps the centre alive over HTTP, `postman` fetches what visitors sign over, `board` shows it all in
the terminal, and `centre` puts them together.
"""
