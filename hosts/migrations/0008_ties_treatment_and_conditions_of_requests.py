import uuid

import django.core.validators
import django.db.models.deletion
import django_countries.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hosts", "0007_rounds_letters_and_comments_of_relays"),
    ]

    operations = [
        migrations.CreateModel(
            name="CoHost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part_ja", models.CharField(blank=True, max_length=300, verbose_name="its part")),
            ],
            options={
                "verbose_name": "co-host",
                "verbose_name_plural": "co-hosts",
                "ordering": ["host_request", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Tie",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sister_city", "sister or friendship city"),
                            ("memorandum", "memorandum"),
                            ("other", "another strong tie"),
                        ],
                        max_length=20,
                        verbose_name="kind of tie",
                    ),
                ),
                (
                    "partner_ja",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="overseas government, in Japanese"
                    ),
                ),
                (
                    "partner_en",
                    models.CharField(
                        max_length=200, verbose_name="overseas government, in English"
                    ),
                ),
                (
                    "country",
                    django_countries.fields.CountryField(max_length=2, verbose_name="country"),
                ),
                (
                    "state_or_region",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="state, province or region"
                    ),
                ),
                (
                    "since_year",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1868),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="since the year",
                    ),
                ),
                ("since_on", models.DateField(blank=True, null=True, verbose_name="since the day")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("note", models.TextField(blank=True, max_length=4000, verbose_name="note")),
            ],
            options={
                "verbose_name": "tie",
                "verbose_name_plural": "ties",
                "ordering": ["government__code", "partner_en", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Treatment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "lodging_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "staff_housing",
                                "housing of the government (staff or public housing)",
                            ),
                            ("rented", "rented flat"),
                            ("dormitory", "dormitory or training centre"),
                            ("homestay", "homestay"),
                            ("hotel", "hotel or furnished flat by the month"),
                            ("other", "another kind"),
                        ],
                        max_length=20,
                        verbose_name="kind of lodging",
                    ),
                ),
                (
                    "lodging_area_ja",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="area of the lodging, in Japanese"
                    ),
                ),
                (
                    "lodging_area_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="area of the lodging, in English"
                    ),
                ),
                (
                    "rent_yen",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(9999999)],
                        verbose_name="rent a month",
                    ),
                ),
                (
                    "rent_payer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("host", "the host"),
                            ("trainee", "the trainee"),
                            ("shared", "both, each a part"),
                        ],
                        max_length=10,
                        verbose_name="who pays the rent",
                    ),
                ),
                (
                    "rent_payment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("direct", "the host pays it directly"),
                            ("refunded", "the trainee pays and is refunded"),
                            ("in_allowance", "it is part of the living allowance"),
                            ("deducted", "it is deducted from the living allowance"),
                        ],
                        max_length=20,
                        verbose_name="how the rent is paid",
                    ),
                ),
                (
                    "utilities_yen",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(9999999)],
                        verbose_name="electricity, gas and water a month",
                    ),
                ),
                (
                    "utilities_payer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("host", "the host"),
                            ("trainee", "the trainee"),
                            ("shared", "both, each a part"),
                        ],
                        max_length=10,
                        verbose_name="who pays electricity, gas and water",
                    ),
                ),
                (
                    "allowance_per",
                    models.CharField(
                        choices=[("day", "a day"), ("month", "a month")],
                        default="day",
                        max_length=5,
                        verbose_name="living allowance for",
                    ),
                ),
                (
                    "allowance_from_yen",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(9999999)],
                        verbose_name="living allowance, from",
                    ),
                ),
                (
                    "allowance_until_yen",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(9999999)],
                        verbose_name="living allowance, until",
                    ),
                ),
                (
                    "preparation_yen",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(9999999)],
                        verbose_name="preparation money, up to",
                    ),
                ),
                (
                    "books_yen",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(9999999)],
                        verbose_name="books and materials, up to",
                    ),
                ),
                (
                    "travel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("actual", "the actual cost is paid"),
                            ("fixed", "a fixed amount a month"),
                            ("in_allowance", "it is part of the living allowance"),
                            ("car", "the host drives the trainee"),
                            ("none", "nothing is paid"),
                        ],
                        max_length=20,
                        verbose_name="travel inside the prefecture",
                    ),
                ),
                (
                    "travel_yen",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(9999999)],
                        verbose_name="travel a month",
                    ),
                ),
                (
                    "insurance_ja",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="insurance, in Japanese"
                    ),
                ),
                (
                    "insurance_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="insurance, in English"
                    ),
                ),
                (
                    "insurance_payer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("host", "the host"),
                            ("trainee", "the trainee"),
                            ("shared", "both, each a part"),
                        ],
                        max_length=10,
                        verbose_name="who pays the insurance",
                    ),
                ),
                (
                    "met_by_ja",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        verbose_name="who meets the trainee, in Japanese",
                    ),
                ),
                (
                    "met_by_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="who meets the trainee, in English"
                    ),
                ),
                (
                    "met_at_ja",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        verbose_name="where the trainee is met, in Japanese",
                    ),
                ),
                (
                    "met_at_en",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        verbose_name="where the trainee is met, in English",
                    ),
                ),
                (
                    "other_ja",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="other treatment, in Japanese"
                    ),
                ),
                (
                    "other_en",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="other treatment, in English"
                    ),
                ),
            ],
            options={
                "verbose_name": "treatment",
                "verbose_name_plural": "treatments",
            },
        ),
        migrations.RemoveConstraint(
            model_name="wishedcountry",
            name="wished_country_named_once",
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="age_from",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(18),
                    django.core.validators.MaxValueValidator(70),
                ],
                verbose_name="age from",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="age_until",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(18),
                    django.core.validators.MaxValueValidator(70),
                ],
                verbose_name="age until",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="assembly_month",
            field=models.DateField(
                blank=True,
                help_text="Kept as the first day of the month.",
                null=True,
                verbose_name="month in which the assembly decides",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="copied_from",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="copies",
                to="hosts.hostrequest",
                verbose_name="copied from",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="english_needed",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[(1, "A1"), (2, "A2"), (3, "B1"), (4, "B2"), (5, "C1"), (6, "C2")],
                null=True,
                verbose_name="English needed",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="english_wished",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[(1, "A1"), (2, "A2"), (3, "B1"), (4, "B2"), (5, "C1"), (6, "C2")],
                null=True,
                verbose_name="English wished",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="experience_years",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(40)],
                verbose_name="years of experience",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="field_other_en",
            field=models.CharField(
                blank=True, max_length=100, verbose_name="other field, in English"
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="field_other_ja",
            field=models.CharField(
                blank=True, max_length=100, verbose_name="other field, in Japanese"
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="gender",
            field=models.CharField(
                choices=[("any", "any"), ("male", "male"), ("female", "female")],
                default="any",
                max_length=10,
                verbose_name="gender",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="gender_reason",
            field=models.TextField(
                blank=True, max_length=4000, verbose_name="reason for the gender"
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="japanese_needed",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[(1, "N5"), (2, "N4"), (3, "N3"), (4, "N2"), (5, "N1")],
                null=True,
                verbose_name="Japanese needed",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="japanese_wished",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[(1, "N5"), (2, "N4"), (3, "N3"), (4, "N2"), (5, "N1")],
                null=True,
                verbose_name="Japanese wished",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="needs_assembly",
            field=models.BooleanField(
                default=False, verbose_name="subject to the assembly's approval"
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="other_languages",
            field=models.CharField(blank=True, max_length=200, verbose_name="other languages"),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="own_selection_reason",
            field=models.TextField(
                blank=True, max_length=4000, verbose_name="reason for the own selection"
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="qualifications_en",
            field=models.TextField(
                blank=True, max_length=4000, verbose_name="qualifications, in English"
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="qualifications_ja",
            field=models.TextField(
                blank=True, max_length=4000, verbose_name="qualifications, in Japanese"
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="remarks_en",
            field=models.TextField(blank=True, max_length=4000, verbose_name="remarks, in English"),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="remarks_ja",
            field=models.TextField(
                blank=True, max_length=4000, verbose_name="remarks, in Japanese"
            ),
        ),
        migrations.AddField(
            model_name="surveyanswer",
            name="no_demand_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("capacity", "Nobody could look after a trainee"),
                    ("budget", "There is no budget for it"),
                    ("no_need", "There is no need for it now"),
                    ("hosting", "We host, or have just hosted, a trainee"),
                    ("other_scheme", "We use another programme"),
                    ("no_partner", "There is no partner abroad to ask"),
                    ("studying", "We are still looking into it"),
                    ("other", "Another reason"),
                ],
                max_length=20,
                verbose_name="kind of reason for no demand",
            ),
        ),
        migrations.AddField(
            model_name="wishedcountry",
            name="region",
            field=models.CharField(
                blank=True,
                choices=[
                    ("east_asia", "East Asia"),
                    ("southeast_asia", "Southeast Asia"),
                    ("south_asia", "South Asia"),
                    ("central_asia", "Central Asia and the Caucasus"),
                    ("middle_east", "Middle East"),
                    ("africa", "Africa"),
                    ("europe", "Europe"),
                    ("north_america", "North America"),
                    ("latin_america", "Central and South America and the Caribbean"),
                    ("oceania", "Oceania"),
                ],
                max_length=20,
                verbose_name="region of the world",
            ),
        ),
        migrations.AlterField(
            model_name="wishedcountry",
            name="country",
            field=django_countries.fields.CountryField(
                blank=True, max_length=2, verbose_name="country"
            ),
        ),
        migrations.AddConstraint(
            model_name="wishedcountry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("country", ""), _negated=True),
                fields=("host_request", "country"),
                name="wished_country_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="wishedcountry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("region", ""), _negated=True),
                fields=("host_request", "region"),
                name="wished_region_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="wishedcountry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("country", ""),
                        (
                            "region__in",
                            [
                                "east_asia",
                                "southeast_asia",
                                "south_asia",
                                "central_asia",
                                "middle_east",
                                "africa",
                                "europe",
                                "north_america",
                                "latin_america",
                                "oceania",
                            ],
                        ),
                    ),
                    models.Q(models.Q(("country", ""), _negated=True), ("region", "")),
                    _connector="OR",
                ),
                name="wished_country_or_region",
            ),
        ),
        migrations.AddField(
            model_name="cohost",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="co_hosted",
                to="hosts.localgovernment",
                verbose_name="local government",
            ),
        ),
        migrations.AddField(
            model_name="cohost",
            name="host_request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="co_hosts",
                to="hosts.hostrequest",
                verbose_name="host request",
            ),
        ),
        migrations.AddField(
            model_name="tie",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ties",
                to="hosts.localgovernment",
                verbose_name="local government",
            ),
        ),
        migrations.AddField(
            model_name="hostrequest",
            name="tie",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="hosts.tie",
                verbose_name="tie",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("age_from__isnull", True),
                    models.Q(("age_from__gte", 18), ("age_from__lte", 70)),
                    _connector="OR",
                ),
                name="request_age_from_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("age_until__isnull", True),
                    models.Q(("age_until__gte", 18), ("age_until__lte", 70)),
                    _connector="OR",
                ),
                name="request_age_until_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("age_from__isnull", True),
                    ("age_until__isnull", True),
                    ("age_from__lte", models.F("age_until")),
                    _connector="OR",
                ),
                name="request_age_from_is_the_lower",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("japanese_needed__isnull", True),
                    ("japanese_wished__isnull", True),
                    ("japanese_wished__gte", models.F("japanese_needed")),
                    _connector="OR",
                ),
                name="request_japanese_wished_is_not_below_needed",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("english_needed__isnull", True),
                    ("english_wished__isnull", True),
                    ("english_wished__gte", models.F("english_needed")),
                    _connector="OR",
                ),
                name="request_english_wished_is_not_below_needed",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gender", "any"),
                    ("state__in", ["draft", "withdrawn"]),
                    models.Q(("gender_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="request_submitted_gender_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("assembly_month__isnull", True), ("needs_assembly", True), _connector="OR"
                ),
                name="request_month_only_of_an_assembly",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("copied_from__isnull", False), models.Q(("state", "withdrawn"), _negated=True)
                ),
                fields=("answer", "copied_from"),
                name="request_copied_once_into_an_answer",
            ),
        ),
        migrations.AddField(
            model_name="treatment",
            name="host_request",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="treatment",
                to="hosts.hostrequest",
                verbose_name="host request",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohost",
            constraint=models.UniqueConstraint(
                fields=("host_request", "government"), name="co_host_named_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since_on__isnull", True), ("since_year__isnull", False), _connector="OR"
                ),
                name="tie_day_has_its_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since_on__isnull", True),
                    ("until__isnull", True),
                    ("until__gte", models.F("since_on")),
                    _connector="OR",
                ),
                name="tie_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("government", "kind", "country", "partner_en"),
                name="tie_in_force_stands_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("allowance_from_yen__isnull", True),
                    ("allowance_until_yen__isnull", True),
                    ("allowance_from_yen__lte", models.F("allowance_until_yen")),
                    _connector="OR",
                ),
                name="treatment_allowance_from_is_the_lower",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rent_yen__isnull", True), ("rent_yen__lte", 9999999), _connector="OR"
                ),
                name="treatment_rent_yen_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("utilities_yen__isnull", True),
                    ("utilities_yen__lte", 9999999),
                    _connector="OR",
                ),
                name="treatment_utilities_yen_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("allowance_until_yen__isnull", True),
                    ("allowance_until_yen__lte", 9999999),
                    _connector="OR",
                ),
                name="treatment_allowance_until_yen_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("preparation_yen__isnull", True),
                    ("preparation_yen__lte", 9999999),
                    _connector="OR",
                ),
                name="treatment_preparation_yen_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("books_yen__isnull", True), ("books_yen__lte", 9999999), _connector="OR"
                ),
                name="treatment_books_yen_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("travel_yen__isnull", True), ("travel_yen__lte", 9999999), _connector="OR"
                ),
                name="treatment_travel_yen_in_reach",
            ),
        ),
    ]
