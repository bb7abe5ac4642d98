"""Mails about accounts: registering, recovering, changing the address (FAQ L17, L22)."""

from collections.abc import Sequence

from services.notifications.reactions.queueing import link_for, queue
from shared.contracts import registration
from shared.contracts.base import Directed
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import ToPerson, ToRecord


def ask_to_confirm_email(recorded: Recorded[registration.RegistrationStarted]) -> Sequence[Directed]:
    """The link of phase 1 goes to the address that was given (FAQ L17)."""
    event = recorded.event
    link = link_for("confirm_email", recorded, event)
    return (queue(recorded, "confirm_email", ToRecord(record=event.email), link=link, locale=event.locale),)


def tell_owner_of_address(recorded: Recorded[registration.RegistrationRepeated]) -> Sequence[Directed]:
    """Who has an account already is told so by mail, for the page tells nobody whether an address is known."""
    event = recorded.event
    return (queue(recorded, "already_registered", ToRecord(record=event.email), locale=event.locale),)


def offer_office(recorded: Recorded[registration.OfficeOffered]) -> Sequence[Directed]:
    """The offer goes to the address that the appointing officer gave."""
    event = recorded.event
    link = link_for("accept_office", recorded, event)
    return (queue(recorded, "office_offer", ToRecord(record=event.email), link=link, locale=event.locale),)


def tell_teacher_to_wait(recorded: Recorded[registration.TeacherRegistered]) -> Sequence[Directed]:
    """Registered, and now to be validated (FAQ L19)."""
    event = recorded.event
    return (queue(recorded, "registration_waiting", ToPerson(person=event.teacher), locale=event.locale),)


def send_recovery_link(recorded: Recorded[registration.PasswordRecoveryRequested]) -> Sequence[Directed]:
    """A link to choose another password, never the password (FAQ L22)."""
    event = recorded.event
    link = link_for("reset_password", recorded, event)
    return (queue(recorded, "reset_password", ToRecord(record=event.email), link=link, locale=event.locale),)


def tell_of_new_password(recorded: Recorded[registration.PasswordReset]) -> Sequence[Directed]:
    """Whoever did not do it learns of it (FAQ L22-23)."""
    return (queue(recorded, "password_reset", ToPerson(person=recorded.event.person)),)


def ask_new_address(recorded: Recorded[registration.EmailChangeRequested]) -> Sequence[Directed]:
    """The new address shows that it is the person's."""
    event = recorded.event
    link = link_for("confirm_new_email", recorded, event)
    return (queue(recorded, "confirm_new_email", ToRecord(record=event.email), link=link, locale=event.locale),)


def ask_old_address(recorded: Recorded[registration.EmailChangeRequested]) -> Sequence[Directed]:
    """The address that is given up allows it: who found a browser open cannot take the account away."""
    event = recorded.event
    link = link_for("confirm_old_email", recorded, event)
    return (queue(recorded, "confirm_old_email", ToPerson(person=event.person), link=link, locale=event.locale),)


def tell_of_new_address(recorded: Recorded[registration.EmailChanged]) -> Sequence[Directed]:
    """To the address that is the account's from now on."""
    return (queue(recorded, "email_changed", ToPerson(person=recorded.event.person)),)
