"""Where allauth asks the project: in our words, without passwords, and nobody signs up.

Django's settings name these three classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy
from qrcode.image.svg import SvgPathImage

from comitia.web.accounts.access import KEEP_FORMER
from comitia.web.accounts.devices import describe_device
from comitia.web.accounts.fresh import mark_confirmed
from comitia.web.accounts.known_browsers import remember_browser
from comitia.web.accounts.mails import in_language, send_mail
from comitia.web.accounts.models import Person
from comitia.web.accounts.sealing import seal_text, unseal_text
from comitia.web.accounts.sessions import BEGAN, DEVICE
from comitia.web.acts import clock
from comitia.web.acts.founded import organisation_name

WRONG_CODE: Final = gettext_lazy("This is not the code, or it has been used, or it is too old.")
TOO_MANY: Final = gettext_lazy("There were too many tries. Wait a quarter of an hour.")
_MFA: Final = "mfa/messages/"
_SOCIAL: Final = "socialaccount/messages/"
_SAID: Final[Mapping[str | None, Promise]] = {
    f"{_MFA}totp_activated.txt": gettext_lazy("The app is set up."),
    f"{_MFA}totp_deactivated.txt": gettext_lazy("The app was removed."),
    f"{_MFA}webauthn_added.txt": gettext_lazy("The passkey was added."),
    f"{_MFA}webauthn_removed.txt": gettext_lazy("The passkey was removed."),
    f"{_MFA}recovery_codes_generated.txt": gettext_lazy("There are new recovery codes."),
    f"{_SOCIAL}account_connected.txt": gettext_lazy("The other login was tied to your account."),
    f"{_SOCIAL}account_connected_updated.txt": gettext_lazy("It was tied to your account already."),
    f"{_SOCIAL}account_connected_other.txt": gettext_lazy(
        "This other login is tied to somebody else's account already."
    ),
}
_NEWS: Final[Mapping[str, Promise]] = {
    "mfa/email/totp_activated": gettext_lazy("An app for codes was set up."),
    "mfa/email/totp_deactivated": gettext_lazy("The app for codes was removed."),
    "mfa/email/webauthn_added": gettext_lazy("A passkey was added."),
    "mfa/email/webauthn_removed": gettext_lazy("A passkey was removed."),
    "mfa/email/recovery_codes_generated": gettext_lazy("New recovery codes were made."),
    "socialaccount/email/account_connected": gettext_lazy("Another login was tied to it."),
    "socialaccount/email/account_disconnected": gettext_lazy("Another login was untied from it."),
}
_SUBJECT: Final = gettext_lazy("%(organisation)s: your account was changed")
_BODY: Final = gettext_lazy(
    "%(name)s,\n\n"
    "something changed in your account at %(organisation)s. %(news)s\n\n"
    "If it was not you, tell your branch at once: two officers can close the account to whoever "
    "has got in.\n"
)


_ADDRESS: Final = gettext_lazy(
    "%(name)s,\n\n"
    "your account at %(organisation)s has another e-mail address now. This one is kept for "
    "%(days)s days, to tell you what happens to the account.\n\n"
    "If it was not you, undo it here:\n%(link)s\n\n"
    "That opens nothing: it ends everything by which anybody can log in, puts this address back, "
    "and two officers give you a new way in.\n"
)


def tell_former_address(person: Person, address: str, word: str) -> None:
    """Tell a person, at the address before, that there is another one; with a link to undo it."""
    fields = {
        "name": person.name,
        "organisation": organisation_name(),
        "days": str(KEEP_FORMER.days),
        "link": settings.PUBLIC_ADDRESS + reverse("undo_address", args=[word]),
    }
    subject = in_language(person.language, _SUBJECT, **fields)
    send_mail(address, subject, in_language(person.language, _ADDRESS, **fields))


def tell_person(person: Person, news: Promise) -> None:
    """Tell a person by mail what changed in their account."""
    fields = {"name": person.name, "organisation": organisation_name()}
    told = in_language(person.language, news)
    subject = in_language(person.language, _SUBJECT, **fields)
    send_mail(person.email, subject, in_language(person.language, _BODY, news=told, **fields))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is untyped
    """Login, and what allauth says about it."""

    error_messages = {  # noqa: RUF012 - allauth's own form
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "rate_limited": TOO_MANY,
        "too_many_login_attempts": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's
        """Say no: people are entered by the organisation, and claim what is theirs."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Let a login lead on to our own pages alone, and to none by another host's name."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_stages(self) -> list[str]:
        """Ask for a second factor where there is one; addresses are verified by their codes."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Leave tying another login to our own view, which asks before it leads there."""
        return app != "allauth.socialaccount"

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - or nobody
        """Have a passkey, an app or a recovery code ask once more; without any, a mailed code."""
        if not user.is_authenticated:
            return []
        types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        names = []
        if Authenticator.Type.WEBAUTHN in types:
            names.append("mfa_reauthenticate_webauthn")
        if types - {Authenticator.Type.WEBAUTHN.value}:
            names.append("mfa_reauthenticate")
        found = names or ["confirm"]
        return [{"id": name, "url": reverse(name), "description": name} for name in found]

    def login(self, request: HttpRequest, user: Any) -> None:  # noqa: ANN401 - a person
        """Log in, for so long and no longer, and note what the person will know the session by."""
        super().login(request, user)
        now = clock.now()
        request.session[DEVICE] = describe_device(request.META.get("HTTP_USER_AGENT", ""))
        request.session[BEGAN] = now.isoformat()
        mark_confirmed(request, now)
        request.session.set_expiry(now + settings.SESSION_ENDS_AFTER)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - the same
        """Lead on, and say as whom: two people may share an address, or a computer."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        text = gettext("You are logged in as %(name)s.") % {"name": user.name}
        messages.success(request, text)
        remember_browser(request, response, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:  # noqa: ANN401, ARG002 - the same
        """Answer as to anybody who cannot log in."""
        return HttpResponseRedirect(reverse("account_login"))

    def add_message(  # noqa: PLR0913, PLR0917 - allauth's
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,  # noqa: ARG002 - allauth's
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what allauth wants said in our words, and what we have no words for not at all."""
        text = message or _SAID.get(message_template)
        if text:
            messages.add_message(request, level, str(text), extra_tags)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,  # noqa: ANN401 - a person
        context: dict[str, Any] | None = None,  # noqa: ARG002 - allauth's
        email: str | None = None,  # noqa: ARG002 - the same
    ) -> None:
        """Tell the person, without the address and the browser that allauth would repeat."""
        tell_person(user, _NEWS[template_prefix])


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc] # the same
    """Passkeys, codes of an app, and recovery codes."""

    error_messages = {  # noqa: RUF012 - allauth's own form
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes stand in for a passkey or an app. Set up one of them first."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal_text(encrypted_text)

    def get_totp_issuer(self) -> str:
        return organisation_name()

    def build_totp_svg(self, url: str) -> str:
        """Return the picture alone: it stands within the page, as the policy wants it."""
        image = qrcode.make(url, image_factory=SvgPathImage).get_image()
        return mark_safe(ET.tostring(image, encoding="unicode"))  # noqa: S308 - made here, of squares

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002, ANN401 - allauth's
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": organisation_name()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:  # noqa: ANN401 - a person
        """Name the person by name: an address may be two people's, and changes."""
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.name, "display_name": user.name}


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # the same
    """Login by another organisation's server (OpenID Connect)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ANN401, ARG002 - allauth's
        """Say no, as above: whoever comes from there must have tied that login to an account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ANN401, ARG002 - allauth's
        """Keep nothing of what the other server tells about the person but who it is there."""
        account = sociallogin.account
        account.extra_data = {}
        if account.pk is not None:
            account.save(update_fields=["extra_data"])

    def authenticate_by_email(self, sociallogin: Any) -> None:  # noqa: ANN401 - allauth's
        """Find nobody by address: it may be two people's, and the other server may say anything."""

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:  # noqa: ANN401, ARG002 - allauth's
        return reverse("mfa_index")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,  # noqa: ANN401 - a person
        context: dict[str, Any] | None = None,  # noqa: ARG002 - allauth's
        email: str | None = None,  # noqa: ARG002 - the same
    ) -> None:
        tell_person(user, _NEWS[template_prefix])
