"""Somebody who guesses, and says each time that it was somebody else."""


def answers_of_one_caller_under_many_names(client):
    """Guess, and say each time that it was somebody else: the service sees one network."""
    guess = {"code": "0000-0000-0000-0", "phone_last4": "0000"}
    return [
        client.post(
            "/api/v1/track", json=guess, headers={"x-forwarded-for": f"203.0.{n}.7"}
        ).status_code
        for n in range(7)
    ]
