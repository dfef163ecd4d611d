# ruff: noqa: E501
"""What the demonstration is made of. All people and all their words are invented."""

from accounts.models import Role

OFFICES = [
    ("new-york", "クレアニューヨーク事務所", "CLAIR New York", ["US", "CA", "JM", "BR"]),
    ("london", "クレアロンドン事務所", "CLAIR London", ["GB", "DE", "EG", "JO"]),
    ("paris", "クレアパリ事務所", "CLAIR Paris", ["FR", "SN", "MA"]),
    ("singapore", "クレアシンガポール事務所", "CLAIR Singapore",
     ["SG", "ID", "TH", "VN", "PH", "MY", "LA", "KH", "MM", "NP", "LK", "IN"]),
    ("seoul", "クレアソウル事務所", "CLAIR Seoul", ["KR"]),
    ("sydney", "クレアシドニー事務所", "CLAIR Sydney", ["AU", "NZ", "FJ"]),
    ("beijing", "クレア北京事務所", "CLAIR Beijing", ["CN", "MN"]),
]  # fmt: skip

SENDERS = [
    ("ID", "バンドン市", "Bandung City Government", "Pemerintah Kota Bandung"),
    ("VN", "フエ市人民委員会", "Hue City People's Committee", "Ủy ban nhân dân thành phố Huế"),
    ("TH", "チェンマイ県庁", "Chiang Mai Provincial Office", "ศาลากลางจังหวัดเชียงใหม่"),
    ("JO", "イルビド市", "Greater Irbid Municipality", "بلدية إربد الكبرى"),
    ("CN", "吉林省人民政府", "Jilin Provincial Government", "吉林省人民政府"),
    ("PH", "ダバオ市", "Davao City Government", ""),
    (
        "JM",
        "キングストン・セントアンドリュー市",
        "Kingston and Saint Andrew Municipal Corporation",
        "",
    ),
    ("LK", "キャンディ市", "Kandy Municipal Council", "මහනුවර මහ නගර සභාව"),
    ("MN", "ウランバートル市", "Ulaanbaatar City Government", "Улаанбаатар хотын захиргаа"),
    ("NP", "ポカラ市", "Pokhara Metropolitan City", "पोखरा महानगरपालिका"),
    ("BR", "クリチバ市", "Curitiba City Government", "Prefeitura de Curitiba"),
    ("EG", "アレクサンドリア県", "Alexandria Governorate", "محافظة الإسكندرية"),
]

# name as in the passport, katakana, kanji, country, salutation
PEOPLE = [
    ("SURYANI", "スルヤニ", "", "ID", "ms"),
    ("NGUYỄN THỊ LAN HƯƠNG", "グエン・ティ・ラン・フオン", "", "VN", "ms"),
    ("SOMCHAI RATTANAPHONGPHAN", "ソムチャイ・ラッタナポンパン", "", "TH", "mr"),
    ("KHALED MOHAMMAD ABDULRAHMAN AL-ZOUBI", "ハーリド・アルゾウビ", "", "JO", "mr"),
    ("LI MINGZHE", "リ・メイテツ", "李 明哲", "CN", "mr"),
    ("MARIA CRISTINA DELOS REYES VILLANUEVA", "マリア・クリスティナ・ビリャヌエバ", "", "PH", "ms"),
    ("DEVON ALEXANDER BAILEY", "デボン・ベイリー", "", "JM", "mr"),
    ("WARNAKULASURIYA PATABENDIGE ISHARA DILRUKSHI FERNANDO",
     "イシャラ・フェルナンド", "", "LK", "ms"),
    ("BAT-ERDENE", "バトエルデネ", "", "MN", "mr"),
    ("SITA KUMARI GURUNG", "シタ・クマリ・グルン", "", "NP", "ms"),
    ("ANA LUÍZA DE OLIVEIRA SANTOS", "アナ・ルイザ・サントス", "", "BR", "ms"),
    ("YOUSSEF HASSAN EL-SAYED", "ユーセフ・エルサイード", "", "EG", "mr"),
    ("SUHARTO", "スハルト", "", "ID", "mr"),
    ("TRẦN MINH KHÔI", "チャン・ミン・コイ", "", "VN", "mr"),
    ("PIMCHANOK WONGSAWAT", "ピムチャノック・ウォンサワット", "", "TH", "ms"),
    ("ZHAO YUTONG", "チョウ・ウトウ", "趙 雨桐", "CN", "ms"),
    ("RENATO BAUTISTA MAGSAYSAY", "レナト・マグサイサイ", "", "PH", "mr"),
    ("OYUNCHIMEG", "オユンチメグ", "", "MN", "ms"),
    ("NUR AISYAH", "ヌル・アイシャ", "", "ID", "ms"),
    ("PHẠM QUỐC ĐẠT", "ファム・クオック・ダット", "", "VN", "mr"),
]  # fmt: skip

# code, field, number, language, level, countries, months, theme (ja, en), aim (ja, en)
REQUESTS = [
    ("382060", "water", 1, "either", 2, ["VN"], 7,
     "地下水の保全と水道施設の維持管理", "Groundwater conservation and waterworks",
     "地下水位の観測から漏水調査までの実務を身につけ、無収水を減らす計画を自ら立てられるようになること。",
     "To practise everything from observing groundwater to finding leaks, and to plan how to lose less water."),
    ("221309", "environment", 2, "english", 3, ["ID", "PH"], 7,
     "ごみの減量と環境教育", "Waste reduction and environmental education",
     "分別収集と環境教育の進め方を学び、帰国後の条例づくりに生かすこと。",
     "To learn how separate collection and environmental education work, for ordinances at home."),
    ("011002", "tourism", 1, "english", 3, ["TH", "MY"], 8,
     "冬季観光の誘致と受入環境づくり", "Winter tourism and welcoming visitors",
     "多言語での情報発信と受入環境づくりの実務を習得すること。",
     "To practise informing and welcoming visitors in many languages."),
    ("260002", "exchange", 1, "japanese", 3, ["CN"], 10,
     "地域の国際交流と多文化共生", "International exchange and living together",
     "多文化共生の施策と市民団体との協働を学ぶこと。",
     "To learn policies for living together, and working with citizens' groups."),
    ("401307", "city_planning", 2, "either", 2, ["LK", "MN"], 6,
     "公共交通を軸としたまちづくり", "City planning around public transport",
     "都市計画の手続と公共交通の計画手法を学ぶこと。",
     "To learn the procedures of city planning and how transport is planned."),
    ("200000", "health", 1, "english", 2, [], 7,
     "保健所の役割と地域保健", "Public health centres and community health",
     "健診と保健指導の仕組みを学ぶこと。",
     "To learn how check-ups and health guidance are organised."),
    ("472107", "agriculture", 1, "either", 1, ["PH", "ID"], 6,
     "亜熱帯の野菜栽培と産地づくり", "Subtropical vegetables and farming districts",
     "産地づくりと農家の支援の実務を学ぶこと。",
     "To practise building a farming district and supporting farmers."),
    ("131041", "education", 1, "english", 3, ["BR"], 11,
     "外国につながる子どもの学習支援", "Supporting pupils from abroad",
     "日本語指導と相談体制の実務を学ぶこと。",
     "To practise Japanese lessons for pupils and advice for families."),
    ("041009", "fire", 1, "japanese", 2, ["TH"], 6,
     "震災の経験に基づく消防と防災", "Fire service and disaster preparedness",
     "大規模災害への備えと地域の防災訓練を学ぶこと。",
     "To learn how a city prepares for great disasters and trains with residents."),
    ("342025", "civil_engineering", 1, "either", 2, [], 7,
     "港湾と道路の維持管理", "Maintaining ports and roads",
     "点検から補修までの実務を学ぶこと。",
     "To practise the work from inspection to repair."),
]  # fmt: skip

# What the municipalities of the relay that can be signed in to ask for in the running survey, and
# how far it has come.
RELAYED = [
    ("submitted", "382027", "civil_engineering", 1, "either", 2, ["PA"], 7,
     "港湾の管理と海事産業の振興", "Managing ports and furthering the maritime industry",
     "港湾の維持管理と、造船・海運の企業を支える市の業務を学ぶこと。",
     "To learn how ports are kept, and how a city supports its shipyards and shipping companies."),
    ("submitted", "382035", "agriculture", 2, "english", 2, ["US", "ID"], 8,
     "柑橘の産地づくりと農家の支援", "A citrus district and its farmers",
     "柑橘の品種選びから出荷までの産地づくりと、農家への支援の実務を身につけること。",
     "To practise building a citrus district, from the choice of varieties to shipping."),
    ("returned", "382078", "tourism", 1, "either", 2, ["TH"], 5,
     "町並みの保存と観光案内", "Keeping a historic townscape and guiding its visitors",
     "歴史的な町並みを生かした観光の進め方を学ぶこと。",
     "To learn how a town makes its historic streets a destination."),
    ("forwarded", "382132", "economy", 1, "japanese", 2, ["CN"], 6,
     "紙産業の振興と販路の開拓", "Furthering the paper industry and its markets",
     "地場産業の支援と海外への販路開拓の実務を学ぶこと。",
     "To practise supporting a local industry and finding markets abroad for it."),
]  # fmt: skip
# Governments of which something particular is told; chance has no part in their answers.
SPOKEN_FOR = {"382051", "382108", "383864"}
ASKING = {row[0] for row in REQUESTS} | {row[1] for row in RELAYED}
SUCCESSOR = ("村上 陽子", "murakami-y@city.imabari.example.jp")
NEWCOMER = ("近藤 剛", "kondo-t@city.niihama.example.jp")

STATEMENTS = [
    "I work in the department that this training is about, and I want to learn how a Japanese city "
    "plans, explains and checks such work together with its residents.",
    "Our city is growing quickly. I want to see the daily practice, not only the plans, and bring "
    "back methods that my colleagues and I can use at once.",
    "ก่อนหน้านี้ดิฉันทำงานด้านการท่องเที่ยวมาแปดปี และอยากเรียนรู้งานจริงของเทศบาลญี่ปุ่น",
    "أرغب في تعلم أساليب العمل في البلديات اليابانية وتطبيقها في مدينتي بعد العودة.",
    "Tôi muốn học cách một thành phố Nhật Bản quản lý nguồn nước và giảm thất thoát.",
]
USES = [
    "I will write a manual for my department and train ten colleagues within a year.",
    "I will prepare a pilot project in one district and report to our mayor.",
]
POSITIONS = ["Officer", "Senior officer", "Section chief", "Engineer"]
DEPARTMENTS = ["Environment Agency", "Water Department", "Planning Division", "Tourism Office"]

# The usual reason and the words of the government, as far as it gives them.
NO_DEMAND_REASONS = [
    ("", ""),
    ("no_need", ""),
    ("capacity", "受入体制が整っていないため"),
    ("budget", "予算の確保が難しいため"),
    ("studying", "今後の検討課題とするため"),
]

# office: clock, telephone, the officer who works there beside the one who can be signed in to
CLOCKS = {
    "new-york": ("America/New_York", "+1-212-555-0100", "Emily Carter"),
    "london": ("Europe/London", "+44-20-7946-0100", "James Whitfield"),
    "paris": ("Europe/Paris", "+33-1-99-00-01-00", "Camille Laurent"),
    "singapore": ("Asia/Singapore", "+65-6000-0100", ""),
    "seoul": ("Asia/Seoul", "+82-2-000-0100", "Kim Min-seo"),
    "sydney": ("Australia/Sydney", "+61-2-5550-0100", "Olivia Brooks"),
    "beijing": ("Asia/Shanghai", "+86-10-0000-0100", "Zhang Yue"),
}
# country, kind, names (ja, en, own), its person (name, post)
AGENCIES = [
    (
        "ID",
        "ministry",
        "インドネシア内務省 協力局",
        "Ministry of Home Affairs, Cooperation Center",
        "Kementerian Dalam Negeri",
        ("Bambang Setiawan", "Head of section"),
    ),
    (
        "VN",
        "ministry",
        "ベトナム外務省 地方外務局",
        "Ministry of Foreign Affairs, Department of Local Affairs",
        "Bộ Ngoại giao",
        ("Đặng Thu Hà", "Desk officer"),
    ),
    (
        "TH",
        "ministry",
        "タイ内務省 地方行政振興局",
        "Department of Local Administration",
        "กรมส่งเสริมการปกครองท้องถิ่น",
        ("Kanchana Srisuk", "Foreign affairs officer"),
    ),
    (
        "PH",
        "association",
        "フィリピン市長会",
        "Association of Cities of the Philippines",
        "",
        ("Ramon Dela Cruz", "Programme manager"),
    ),
    (
        "MY",
        "ministry",
        "マレーシア地方行政省",
        "Ministry of Local Government Development",
        "Kementerian Pembangunan Kerajaan Tempatan",
        ("Nurul Izzah Rahman", "Assistant secretary"),
    ),
    (
        "JO",
        "ministry",
        "ヨルダン地方行政省",
        "Ministry of Local Administration",
        "وزارة الإدارة المحلية",
        ("Lina Haddad", "Head of training"),
    ),
    (
        "CN",
        "association",
        "中国対外友好協会 地方交流部",
        "Association for Friendship, Local Exchange Department",
        "对外友好协会",
        ("Chen Rui", "Deputy director"),
    ),
    (
        "BR",
        "ministry",
        "ブラジル外務省 国際協力局",
        "Ministry of Foreign Affairs, Cooperation Agency",
        "Ministério das Relações Exteriores",
        ("Beatriz Nogueira", "Analyst"),
    ),
]
RECRUITMENT_TEXTS = (
    "各事務所におかれましては、所管する国・地域の推薦機関及び派遣元自治体への照会をお願いします。候補者の推薦に当たっては、受入団体の条件を必ず御確認ください。",
    "Please hand the requests on to the agencies and overseas local governments of your countries. "
    "Check the conditions of the host before you nominate.",
)
OFFICE_REMARKS = [
    "We have met the candidate. English is fluent, and the head of department supports the plan.",
    "Recommended with priority: the city plans to build on this training at once.",
]
TALKS = [
    "They know the programme from earlier years and will ask three cities.",
    "Asked for the recruitment sheet by e-mail; the answer is to come next week.",
]

# role, e-mail, name, language, organisation (code of a government, or key of a body)
SIGN_INS = [
    (Role.ADMINISTRATOR, "administrator@lgotp.example.jp", "高﨑 濵子", "ja", "operator"),
    (Role.STAFF, "staff@lgotp.example.jp", "森田 由紀", "ja", "operator"),
    (Role.MIC, "mic@lgotp.example.jp", "小川 誠", "ja", "ministry"),
    (Role.REVIEWER, "reviewer@lgotp.example.jp", "藤井 直樹", "ja", "operator"),
    (Role.RELAY, "relay@lgotp.example.jp", "真鍋 智子", "ja", "380008"),
    (Role.TAX_OFFICER, "tax@lgotp.example.jp", "武田 亮", "ja", "380008"),
    (Role.COORDINATOR, "coordinator@lgotp.example.jp", "越智 美咲", "ja", "382060"),
    (Role.OVERSEAS_OFFICE, "office@lgotp.example.jp", "Lau Mei Ling", "en", "singapore"),
    (Role.TRAINING_INSTITUTE, "jiam@lgotp.example.jp", "西村 恵", "ja", "jiam"),
]
TELEPHONES = {Role.RELAY: "089-000-0000 内線2310", Role.COORDINATOR: "0897-00-0000"}
COORDINATORS = ["佐藤 健", "鈴木 彩", "髙橋 直子", "渡邉 翔", "山﨑 千尋", "小林 大輔", "齋藤 真理"]
TRAINEE = ("trainee@lgotp.example.jp", "Suryani", "en")
ALUMNUS = ("alumnus@lgotp.example.jp", "Trần Minh Khôi", "en")
