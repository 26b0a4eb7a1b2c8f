"""What operators type: one module for each group of commands, all of them put together in
`postal_tracker.__main__`.

Exit codes: 0 done, 1 refused or found wanting, 2 asked for in a wrong way (arguments, settings).
"""
