"""The texts of the consents as the portal ships them. A text that was agreed to is never changed: a
new one is a new version with the day from which it counts.

Each says what for, who reads it, that it crosses a border, how long it is kept and how it is taken
back (Act on the Protection of Personal Information, articles 20(2), 21, 27 and 28).
"""

from datetime import date

from .models.consents import ConsentKind

SHIPPED: list[dict[str, object]] = [
    {
        "kind": ConsentKind.SHARING,
        "version": 1,
        "valid_from": date(2026, 4, 1),
        "text_en": (
            "What for: the data and papers of this application are used to check and judge it, to "
            "find a host for you, to prepare your entry to Japan, your training and your return, "
            "and to report on the programme in numbers.\n\n"
            "Who reads them: the operator of the programme and its office for your country, the "
            "ministry in charge, the reviewers, and the local governments in Japan that asked for "
            "a trainee. Once you have a host, the data that the procedures need also go to the "
            "immigration authorities of Japan, to the training institute and to insurers. Your "
            "own government sees the nomination and its result, not your answers.\n\n"
            "Across borders: the data are sent from your country to Japan and kept there, under "
            "Japanese law on the protection of personal information. Officers of the operator "
            "outside Japan read the data of people of the countries in their charge.\n\n"
            "How long: if you are not placed, until one year after the end of the cycle. If you "
            "are placed, as long as the rules on public records ask.\n\n"
            "Taking it back: you may withdraw your application at any time. Your data are then no "
            "longer used for the selection. What was done before stays lawful. Without this "
            "consent the application cannot be submitted."
        ),
        "text_ja": (
            "利用目的：この候補者調書に記載された情報及び提出書類は、書類の確認及び選考、"
            "受入団体の決定、入国手続、研修及び帰国の準備並びに事業の統計的な報告のために利用します。\n\n"
            "提供先：本事業の実施団体及びあなたの国を担当する海外事務所、所管省、選考委員、"
            "研修員の受入れを希望する日本の地方公共団体が閲覧します。受入先の決定後は、"
            "手続に必要な情報を出入国在留管理庁、研修機関及び保険会社に提供します。"
            "あなたの所属団体が閲覧できるのは推薦の内容とその結果であり、あなたの回答は閲覧できません。\n\n"
            "国外との移転：情報はあなたの国から日本に送られ、日本の個人情報保護法令に基づいて"
            "日本国内で保管されます。日本国外にある実施団体の事務所の職員は、"
            "担当する国の候補者の情報を閲覧します。\n\n"
            "保存期間：受入先が決まらなかった場合は、当該年度の事業の終了後１年までとします。"
            "受入先が決まった場合は、文書の保存に関する規程に定める期間とします。\n\n"
            "同意の撤回：応募はいつでも辞退することができ、その後は選考のために情報を利用しません。"
            "撤回前に行われた取扱いの適法性には影響しません。"
            "この同意がない場合は、候補者調書を提出することができません。"
        ),
    },
    {
        "kind": ConsentKind.HEALTH,
        "version": 1,
        "valid_from": date(2026, 4, 1),
        "text_en": (
            "What for: your answers are used so that the training, the lodging and the insurance "
            "fit you and so that you are helped in an emergency. An illness does not by itself "
            "exclude you.\n\n"
            "Who reads them: the staff of the operator who prepare your stay and, only once you "
            "have a host, the person in charge of you there and, in an emergency, a doctor. "
            "Reviewers, other hosts and your own government do not see them.\n\n"
            "Across borders: the answers are sent to Japan and kept there, encrypted.\n\n"
            "How long: until one year after the end of the cycle.\n\n"
            "Taking it back: on the page “My consents”, at any time and without giving a reason; "
            "the declaration is then erased. You may also make no declaration at all: your "
            "application can be submitted without it, but the host may ask for a medical "
            "certificate before you travel."
        ),
        "text_ja": (
            "利用目的：健康に関する回答は、研修、宿舎及び保険をあなたに合ったものとし、"
            "緊急時にあなたを支援するために利用します。"
            "病気があることのみを理由として選考から除外することはありません。\n\n"
            "提供先：受入れの準備を行う実施団体の職員が閲覧します。受入先の決定後に限り、"
            "受入団体の担当者及び緊急時の医師に提供します。"
            "選考委員、他の受入団体及びあなたの所属団体には提供しません。\n\n"
            "国外との移転：回答は日本に送られ、暗号化して日本国内で保管されます。\n\n"
            "保存期間：当該年度の事業の終了後１年までとします。\n\n"
            "同意の撤回：「同意の一覧」のページからいつでも理由を示さずに撤回することができ、"
            "申告の内容は消去されます。申告しないこともできます。申告がなくても"
            "候補者調書は提出できますが、渡航前に受入団体から診断書の提出を求められることがあります。"
        ),
    },
    {
        "kind": ConsentKind.NEEDS,
        "version": 1,
        "valid_from": date(2026, 4, 1),
        "text_en": (
            "What for: so that your meals, your working day and your lodging respect what you eat "
            "and what you believe. It plays no part in the selection.\n\n"
            "Who reads it: the staff of the operator who prepare your stay and, once you have a "
            "host, the people there and at the group training who look after your meals and your "
            "day. Reviewers do not see it.\n\n"
            "Across borders: the answers are sent to Japan and kept there, encrypted.\n\n"
            "How long: until one year after the end of the cycle.\n\n"
            "Taking it back: on the page “My consents”, at any time and without giving a reason; "
            "what you wrote is then erased. You may also say nothing here."
        ),
        "text_ja": (
            "利用目的：食事、勤務時間及び宿舎について、あなたの食習慣と信仰に配慮するために"
            "利用します。選考には用いません。\n\n"
            "提供先：受入れの準備を行う実施団体の職員が閲覧します。受入先の決定後は、"
            "受入団体及び集合研修の担当者のうち、食事や日程を担当する者に提供します。"
            "選考委員には提供しません。\n\n"
            "国外との移転：回答は日本に送られ、暗号化して日本国内で保管されます。\n\n"
            "保存期間：当該年度の事業の終了後１年までとします。\n\n"
            "同意の撤回：「同意の一覧」のページからいつでも理由を示さずに撤回することができ、"
            "記載した内容は消去されます。何も記載しないこともできます。"
        ),
    },
]
