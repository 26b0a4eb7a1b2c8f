"""Authentication: accounts, sign-ins, sessions and keys, and the throttling of guesses.

The database holds hashes only: who steals a copy of it can sign in with nothing found there.

Signing in takes four steps, because a password is hashed for up to 50 ms and no transaction may
wait for that: `find_for_sign_in` (read), `take_turn` (write: a try is counted before it is judged),
`check_password` (in a thread), then `settle_sign_in` (write). What is limited follows OWASP ASVS
5.0.0 (6.2, 6.3, 7.2-7.4, 11.5); where no source stands beside a number, it is ours.
"""

from postal_tracker.access.accounts import (
    StaffView,
    add_staff,
    bind_to_carrier,
    disable_staff,
    enable_staff,
    list_staff,
    reset_password,
    username_of,
)
from postal_tracker.access.callers import CARRIED, PEOPLE, Caller, KeyScope, Role
from postal_tracker.access.fields import normal_username
from postal_tracker.access.guesses import Guess, Limits, give_back, take_turn
from postal_tracker.access.hashes import check_password, hash_password, newer_hash
from postal_tracker.access.keys import (
    MISSING,
    REHEARSAL,
    KeyView,
    KnownKeys,
    caller_of_key,
    create_key,
    is_rehearsal_centre,
    list_keys,
    revoke_key,
)
from postal_tracker.access.own_password import account_of, settle_own_password
from postal_tracker.access.own_sessions import SessionView, end_own_sessions, own_sessions
from postal_tracker.access.passwords import check_new_password
from postal_tracker.access.scope import (
    EVERYTHING,
    Scope,
    office_above,
    reach_of,
    refuse_other_carrier,
    refuse_part,
    within,
)
from postal_tracker.access.second_factor import forget_factor_of
from postal_tracker.access.sessions import (
    SIGN_IN,
    SignIn,
    begin_session,
    caller_of_label,
    caller_of_session,
    csrf_token,
    end_session,
    find_for_sign_in,
    find_for_single_sign_on,
    forget_old_sessions,
    forgive_account,
    guess_at_account,
    settle_sign_in,
    sign_in_limits,
    too_many_sign_ins,
    touch_session,
    unlock_session,
    wrong_sign_in,
)
from postal_tracker.access.tellers import scopes_of

__all__ = [
    "CARRIED",
    "EVERYTHING",
    "MISSING",
    "PEOPLE",
    "REHEARSAL",
    "SIGN_IN",
    "Caller",
    "Guess",
    "KeyScope",
    "KeyView",
    "KnownKeys",
    "Limits",
    "Role",
    "Scope",
    "SessionView",
    "SignIn",
    "StaffView",
    "account_of",
    "add_staff",
    "begin_session",
    "bind_to_carrier",
    "caller_of_key",
    "caller_of_label",
    "caller_of_session",
    "check_new_password",
    "check_password",
    "create_key",
    "csrf_token",
    "disable_staff",
    "enable_staff",
    "end_own_sessions",
    "end_session",
    "find_for_sign_in",
    "find_for_single_sign_on",
    "forget_factor_of",
    "forget_old_sessions",
    "forgive_account",
    "give_back",
    "guess_at_account",
    "hash_password",
    "is_rehearsal_centre",
    "list_keys",
    "list_staff",
    "newer_hash",
    "normal_username",
    "office_above",
    "own_sessions",
    "reach_of",
    "refuse_other_carrier",
    "refuse_part",
    "reset_password",
    "revoke_key",
    "scopes_of",
    "settle_own_password",
    "settle_sign_in",
    "sign_in_limits",
    "take_turn",
    "too_many_sign_ins",
    "touch_session",
    "unlock_session",
    "username_of",
    "within",
    "wrong_sign_in",
]
