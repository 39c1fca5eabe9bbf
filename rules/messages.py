"""What is said to people, in Indonesian and in English.

A message says what is wrong and what is right. A new one is a new member; the name is for us, the two texts for people.
"""

from enum import Enum


class Message(Enum):
    """One thing to say: (Indonesian, English). Braces are filled by `text`."""

    SIGN_IN = (
        "Masuk dahulu: kirim token di header Authorization.",
        "Sign in first: send your token in the Authorization header.",
    )
    TOKEN_INVALID = (
        "Token tidak berlaku lagi. Masuk kembali atau perbarui sesi.",
        "The token is no longer valid. Sign in again or refresh the session.",
    )
    SIGN_IN_FAILED = (
        "E-mail atau kata sandi salah.",
        "The e-mail or the password is wrong.",
    )
    EMAIL_INVALID = (
        "Alamat e-mail tidak sah, contoh yang benar: nama@contoh.id.",
        "This is no e-mail address; a right one looks like name@example.org.",
    )
    EMAIL_TAKEN = (
        "Alamat e-mail ini sudah terdaftar. Silakan masuk.",
        "This e-mail is registered already. Sign in instead.",
    )
    PASSWORD_LENGTH = (
        "Kata sandi harus {low} sampai {high} karakter.",
        "A password has {low} to {high} characters.",
    )
    PSEUDONYM_INVALID = (
        "Nama samaran harus {low} sampai {high} huruf, angka, spasi, titik, atau tanda hubung.",
        "A pseudonym has {low} to {high} letters, digits, spaces, dots or hyphens.",
    )
    PSEUDONYM_TAKEN = (
        "Nama samaran ini sudah dipakai orang lain.",
        "Somebody else has this pseudonym.",
    )
    UNIT_UNKNOWN = (
        "Kode unit {unit} tidak dikenal.",
        "There is no unit with the code {unit}.",
    )
    UNIT_UNFIT = (
        "Peran {role} tidak dapat diberikan untuk unit {unit}.",
        "The role {role} cannot be given for the unit {unit}.",
    )
    ROLE_NOT_HELD = (
        "Akun ini tidak memiliki peran {role} di unit {unit}.",
        "This account does not have the role {role} in the unit {unit}.",
    )
    UNIT_MISSING = (
        "Peran {role} memerlukan kode unit.",
        "The role {role} needs the code of a unit.",
    )
    REPORT_NOT_FOUND = (
        "Laporan tidak ditemukan.",
        "There is no such report.",
    )
    CATEGORY_UNKNOWN = (
        "Kategori {code} tidak dikenal. Lihat daftar `categories`.",
        "There is no category {code}. See `categories`.",
    )
    KELURAHAN_UNKNOWN = (
        "Kelurahan {code} tidak dikenal.",
        "There is no kelurahan {code}.",
    )
    KELURAHAN_IMPLAUSIBLE = (
        "Lokasi ini bukan di kelurahan {name}. Yang mungkin: {likely}.",
        "This location is not in kelurahan {name}. Likely ones: {likely}.",
    )
    OUT_OF_AREA = (
        "Lokasi ini di luar wilayah DKI Jakarta.",
        "This location is outside Jakarta.",
    )
    COORDINATE_NOT_A_NUMBER = (
        "Koordinat harus berupa angka, contoh: latitude -6.1754, longitude 106.8272.",
        "Coordinates are numbers, for example latitude -6.1754, longitude 106.8272.",
    )
    COORDINATE_OUT_OF_RANGE = (
        "Latitude harus antara -90 dan 90, longitude antara -180 dan 180.",
        "Latitude lies between -90 and 90, longitude between -180 and 180.",
    )
    COORDINATE_SWAPPED = (
        "Latitude dan longitude tampaknya tertukar: Jakarta ada di latitude -6, longitude 106.",
        "Latitude and longitude seem to be swapped: Jakarta lies at latitude -6, longitude 106.",
    )
    BOX_INVALID = (
        "Kotak peta tidak sah: south harus di bawah north, dan west di sebelah kiri east.",
        "This box is not valid: south lies below north, and west lies left of east.",
    )
    TEXT_LENGTH = (
        "Panjangnya harus {low} sampai {high} karakter; ini {given}.",
        "It has {low} to {high} characters; this has {given}.",
    )
    TEXT_CHARACTERS = (
        "Teks memuat karakter yang tidak dapat disimpan (karakter kontrol atau surrogate).",
        "The text has characters that cannot be kept (control characters or lone surrogates).",
    )
    NOTHING_TO_CHANGE = (
        "Tidak ada yang diubah: sebutkan paling sedikit satu isian.",
        "Nothing to change: give at least one field.",
    )
    PHOTO_UNKNOWN = (
        "Foto tidak ditemukan. Unggah dahulu melalui POST /media.",
        "There is no such photo of yours. Upload it first with POST /media.",
    )
    PHOTO_USED = (
        "Foto ini sudah dipakai dalam sebuah laporan.",
        "This photo is in a report already.",
    )
    PHOTO_TWICE = (
        "Foto yang sama disebut dua kali.",
        "The same photo is named twice.",
    )
    PHOTOS_TOO_MANY = (
        "Paling banyak {high} foto.",
        "At most {high} photos.",
    )
    PROOF_REQUIRED = (
        "Laporan yang selesai ditangani memerlukan sedikitnya satu foto bukti.",
        "A fixed report needs at least one proof photo.",
    )
    PROOF_REUSED = (
        "Foto bukti ini sudah ada dalam laporan lain. Ambil foto baru.",
        "This proof photo is in a report already. Take a new one.",
    )
    PROOF_UNWANTED = (
        "Foto bukti hanya untuk penutupan FIXED.",
        "Proof photos belong to a closing as FIXED only.",
    )
    NOTE_REQUIRED = (
        "Catatan wajib diisi: jelaskan alasannya kepada pelapor.",
        "A note is needed: tell the reporter why.",
    )
    ORIGINAL_REQUIRED = (
        "Sebutkan laporan yang sama (duplicateOf).",
        "Name the other report (duplicateOf).",
    )
    ORIGINAL_UNWANTED = (
        "duplicateOf hanya untuk penutupan DUPLICATE.",
        "duplicateOf belongs to a closing as DUPLICATE only.",
    )
    ORIGINAL_ITSELF = (
        "Sebuah laporan tidak dapat menjadi duplikat dirinya sendiri.",
        "A report cannot be a duplicate of itself.",
    )
    ORIGINAL_UNFIT = (
        "Laporan itu sendiri ditutup sebagai {resolution}; pilih laporan aslinya.",
        "That report is itself closed as {resolution}; choose the original.",
    )
    RESOLUTION_REQUIRED = (
        "Sebutkan bagaimana laporan diselesaikan (resolution).",
        "Say how it ended (resolution).",
    )
    RESOLUTION_UNWANTED = (
        "resolution hanya untuk status PROCESSED.",
        "resolution belongs to the status PROCESSED only.",
    )
    WITHDRAW_BY_REPORTER = (
        "Hanya pelapor yang dapat menarik laporan (withdrawReport).",
        "Only the reporter withdraws a report (withdrawReport).",
    )
    TRANSITION_REFUSED = (
        "Status laporan ini: {label}; perubahan ke {target} tidak dapat dilakukan.",
        "This report is already {label}; it cannot become {target}.",
    )
    ANSWERED_ALREADY = (
        "Laporan ini sudah dijawab petugas dan tidak dapat diubah atau ditarik lagi.",
        "This report has been answered and can no longer be edited or withdrawn.",
    )
    NOT_YOUR_REPORT = (
        "Hanya pelapor yang dapat melakukan ini.",
        "Only the reporter may do this.",
    )
    OWN_REPORT = (
        "Anda tidak dapat menangani atau mendukung laporan Anda sendiri.",
        "You cannot handle or support a report of your own.",
    )
    SUPPORT_TOO_LATE = (
        "Laporan ini sudah diproses dan tidak menerima dukungan lagi.",
        "This report has been processed and takes no more support.",
    )
    NOT_YOUR_UNIT = (
        "Laporan ini ditangani unit lain.",
        "Another unit handles this report.",
    )
    HANDLER_SAME = (
        "Laporan ini sudah ditangani unit itu.",
        "That unit handles the report already.",
    )
    KELURAHAN_SAME = (
        "Laporan ini sudah tercatat di kelurahan itu.",
        "The report is in that kelurahan already.",
    )
    CATEGORY_SAME = (
        "Laporan ini sudah berkategori itu.",
        "The report has that category already.",
    )
    ENTRY_NOT_FOUND = (
        "Catatan poin tidak ditemukan.",
        "There is no such entry of points.",
    )
    ENTRY_REVERSED = (
        "Catatan poin ini sudah dibatalkan, atau ia sendiri membatalkan catatan lain.",
        "This entry of points has been taken back already, or itself takes another back.",
    )
    ADMIN_ONLY = (
        "Hanya ruang kendali (ADMIN) yang dapat melakukan ini.",
        "Only the control room (ADMIN) may do this.",
    )
    ENDED_ALREADY = (
        "Laporan ini sudah diproses. Untuk melanjutkannya, buka kembali dahulu (reopenReport).",
        "This report has been processed. To go on with it, reopen it first (reopenReport).",
    )
    REOPEN_NOT_YOURS = (
        "Hanya pelapor dan pengawas yang dapat membuka kembali laporan ini.",
        "Only the reporter and supervisors may reopen this report.",
    )
    REOPEN_NOTHING = (
        "Yang dapat dibuka kembali hanya laporan yang sudah diproses dan tidak ditarik oleh pelapornya.",
        "Only a report that has been processed, and not withdrawn by its reporter, can be reopened.",
    )
    REOPEN_TOO_LATE = (
        "Pelapor dapat membuka kembali laporan sampai {days} hari setelah diproses.",
        "The reporter may reopen a report until {days} days after it was processed.",
    )
    REOPEN_TOO_OFTEN = (
        "Pelapor dapat membuka kembali sebuah laporan paling banyak {most} kali.",
        "The reporter may reopen a report at most {most} times.",
    )
    RATE_NOT_FIXED = (
        "Yang dapat dinilai hanya laporan yang ditutup sebagai FIXED.",
        "Only a report that was closed as FIXED can be rated.",
    )
    RATED_ALREADY = (
        "Penutupan laporan ini sudah Anda nilai.",
        "You have rated this closing already.",
    )
    STARS_INVALID = (
        "Nilai harus {low} sampai {high} bintang.",
        "A rating has {low} to {high} stars.",
    )
    CHANGED_MEANWHILE = (
        "Laporan sudah berubah (versi {version}). Muat ulang, lalu coba lagi.",
        "The report has changed meanwhile (version {version}). Reload it and try again.",
    )
    KEY_REUSED = (
        "idempotencyKey ini sudah dipakai untuk laporan lain.",
        "This idempotencyKey was used for another report.",
    )

    FIRST_AND_LAST = (
        "Pilih salah satu: first atau last.",
        "Give either first or last, not both.",
    )
    PAGE_SIZE = (
        "{name} harus 1 sampai {most}.",
        "{name} is 1 to {most}.",
    )
    PAGE_CURSOR = (
        "{name} bukan kursor halaman dari daftar ini.",
        "{name} is no page cursor of this list.",
    )
    IDS_TOO_MANY = (
        "Paling banyak {most} id sekaligus.",
        "At most {most} ids at once.",
    )
    DAY_AHEAD = (
        "Tanggal {day} belum tiba.",
        "The day {day} has not come yet.",
    )
    DAY_BEFORE = (
        "Tanggal {day} terlalu lama; yang paling awal {first}.",
        "The day {day} is too long ago; the earliest is {first}.",
    )
    BOARD_NOT_LIVE = (
        "Papan warga diperbarui sekali sehari dan tidak dapat diikuti; baca dengan `leaderboard`.",
        "The board of citizens is renewed once a day and cannot be followed; read it with `leaderboard`.",
    )
    BOARD_OF_STAFF = (
        "Papan petugas hanya untuk petugas yang masuk log.",
        "The board of officers is only for staff who are signed in.",
    )
    CITIZENS_BY_POINTS = (
        "Warga hanya diperingkat menurut poin (POINTS).",
        "Citizens are ranked by POINTS only.",
    )
    DAY_WITHOUT_PERIOD = (
        "on memerlukan period: sebutkan keduanya, atau kosongkan keduanya.",
        "on needs a period: give both, or neither.",
    )
    PLACE_UNKNOWN = (
        "Tempat {code} tidak dikenal.",
        "There is no place {code}.",
    )
    HANDLER_UNKNOWN = (
        "handler memuat id yang bukan kelurahan atau instansi.",
        "handler has an id that is neither a kelurahan's nor an agency's.",
    )
    LOG_CURSOR_INVALID = (
        "Kursor tidak sah atau berasal dari basis data lain. Muat ulang datanya, lalu ikuti kursor yang baru.",
        "The cursor is malformed or of another database. Load the state anew and follow its cursor.",
    )
    LOG_CURSOR_EXPIRED = (
        "Terlalu banyak yang terjadi sejak kursor ini. Muat ulang datanya, lalu ikuti kursor yang baru.",
        "Too much has happened since this cursor. Load the state anew and follow its cursor.",
    )
    INTERNAL = (
        "Terjadi kesalahan pada server. Coba lagi nanti (rujukan {reference}).",
        "Something went wrong on the server. Try again later (reference {reference}).",
    )

    def text(self, locale: str, /, **values: object) -> str:
        """Fill the message in `locale` ("ID" or "EN"; anything else is Indonesian).

        A value that differs by language is given as the pair (Indonesian, English).
        """
        language = 1 if locale == "EN" else 0
        told = {key: value[language] if isinstance(value, tuple) else value for key, value in values.items()}
        text: str = self.value[language]
        return text.format(**told)
