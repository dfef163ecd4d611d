"""The demonstration's people: one sign-in per role, marked, and only in the embedded mode."""

from django.conf import settings
from django.utils.translation import override

from .models import Role, User

PASSWORD = "demonstration"  # noqa: S105 - printed on purpose; production refuses to start where one exists


def sign_in_table() -> str:
    """Role, e-mail and way in of each demonstration sign-in, in columns."""
    rows = [("Role", "E-mail", "Password")]
    seen: set[str] = set()
    people = User.objects.filter(is_demo=True).order_by("pk")
    for user in people.iterator(chunk_size=50):
        if len(seen) == len(Role):
            break  # a large demonstration has thousands more of the same roles
        with override("en"):
            roles = [role for role in Role if role in user.roles and role not in seen]
            names = ", ".join(str(role.label) for role in roles)
        if not roles:
            continue
        seen.update(roles)
        way = f"(a code by mail: {settings.EMAIL_FILE_PATH})" if user.signs_in_by_code else PASSWORD
        rows.append((names, user.email, way))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(
        f"{role:<{widths[0]}}  {email:<{widths[1]}}  {way}" for role, email, way in rows
    )
