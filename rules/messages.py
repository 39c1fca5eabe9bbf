"""The messages that people read, in Indonesian and in English.

A message says what is wrong and what is right, in people's words: no header, enum value, field name or path. The names
of the members are for developers.
"""

from enum import Enum

from rules.languages import Locale, Text


class Message(Enum):
    """A message in both languages. `text` fills the placeholders in braces."""

    _value_: Text

    SIGN_IN = Text(
        "Silakan masuk terlebih dahulu.",
        "Please sign in first.",
    )
    TOKEN_INVALID = Text(
        "Sesi Anda sudah berakhir. Silakan masuk kembali.",
        "Your session has ended. Please sign in again.",
    )
    SIGN_IN_FAILED = Text(
        "Alamat e-mail atau kata sandi salah.",
        "The e-mail address or the password is wrong.",
    )
    SIGN_IN_LATER = Text(
        "Terlalu banyak percobaan masuk. Tunggu {wait}, lalu coba lagi.",
        "Too many attempts to sign in. Wait {wait}, then try again.",
    )
    TOO_OFTEN = Text(
        "Anda melakukan ini terlalu sering. Coba lagi dalam {wait}.",
        "You do this too often. Try again in {wait}.",
    )
    TOO_OFTEN_HERE = Text(
        "Ini terlalu sering dilakukan dari jaringan Anda. Coba lagi dalam {wait}.",
        "This is done too often from your network. Try again in {wait}.",
    )
    TOO_MANY_REQUESTS = Text(
        "Terlalu banyak permintaan dari jaringan Anda. Coba lagi dalam {wait}.",
        "Too many requests from your network. Try again in {wait}.",
    )
    PROVIDER_AWAY = Text(
        "Layanan masuk pegawai tidak dapat dihubungi. Tunggu sebentar, lalu coba lagi.",
        "The sign-in service for staff cannot be reached. Wait a moment, then try again.",
    )
    PROVIDER_BROKEN = Text(
        "Layanan masuk pegawai memberi jawaban yang tidak dapat kami percaya. Hubungi pengelola sistem Anda.",
        "The sign-in service for staff gave an answer that we cannot trust. Contact your administrator.",
    )
    PROVIDER_DECLINED = Text(
        "Layanan masuk pegawai tidak mengizinkan Anda masuk, atau Anda membatalkannya. Silakan coba lagi di aplikasi.",
        "The sign-in service for staff did not let you in, or you cancelled. Please try again in the app.",
    )
    SIGN_IN_STALE = Text(
        "Proses masuk ini sudah selesai, terlalu lama, atau dimulai di peramban lain. Silakan mulai lagi di aplikasi.",
        "This sign-in is over, took too long, or began in another browser. Please begin again in the app.",
    )
    SIGN_IN_ADDRESS = Text(
        "Alamat ini tidak lengkap. Silakan mulai lagi di aplikasi.",
        "This address is not complete. Please begin again in the app.",
    )
    SIGN_IN_CODE = Text(
        "Masuk tidak dapat diselesaikan. Silakan mulai lagi.",
        "The sign-in could not be completed. Please begin again.",
    )
    NO_STAFF_ROLE = Text(
        "Anda belum memiliki peran petugas di sini. Hubungi ruang kendali.",
        "You have no role as staff here yet. Contact the control room.",
    )
    EMAIL_HAS_ACCOUNT = Text(
        "Alamat e-mail Anda sudah memiliki akun. Masuk dulu ke akun itu dengan kata sandi, lalu hubungkan.",
        "Your e-mail address has an account already. Sign in to it with its password first, then connect it.",
    )
    IDENTITY_ELSEWHERE = Text(
        "Akun pegawai ini terhubung dengan akun lain. Hubungi ruang kendali.",
        "This staff account is connected with another account. Contact the control room.",
    )
    DOCUMENT_NOT_TRUSTED = Text(
        "Aplikasi Anda mengirim permintaan yang tidak dikenali layanan ini. Perbarui aplikasi, lalu coba lagi.",
        "Your app has sent a request that this service does not know. Update the app, then try again.",
    )
    EMAIL_INVALID = Text(
        "Alamat e-mail tidak valid. Contoh yang benar: nama@contoh.id.",
        "This e-mail address is not valid. A valid one looks like name@example.org.",
    )
    EMAIL_TAKEN = Text(
        "Alamat e-mail ini sudah terdaftar. Silakan masuk.",
        "This e-mail address is already registered. Please sign in.",
    )
    EMAIL_MISSING = Text(
        "Akun Anda belum memiliki alamat e-mail.",
        "Your account has no e-mail address yet.",
    )
    EMAIL_SAME = Text(
        "Akun Anda sudah memakai alamat e-mail ini.",
        "Your account already uses this e-mail address.",
    )
    EMAIL_UNCONFIRMED = Text(
        "Alamat e-mail Anda belum dikonfirmasi. Mintalah tautan konfirmasi, lalu buka e-mail yang kami kirim.",
        "Your e-mail address is not confirmed yet. Ask for a link, then open the e-mail that we send you.",
    )
    LETTERS_ENOUGH = Text(
        "Kami sudah mengirim beberapa e-mail ke alamat ini. Periksa kotak masuk dan folder spam Anda.",
        "We have already sent several e-mails to this address. Look at your inbox and your spam folder.",
    )
    LINK_INVALID = Text(
        "Tautan ini sudah dipakai atau tidak berlaku lagi. Mintalah tautan baru.",
        "This link has been used or is no longer valid. Ask for a new one.",
    )
    LETTER_UNKNOWN = Text(
        "Tidak ada tautan nomor {number} yang masih berlaku.",
        "There is no link {number} that still works.",
    )
    ACCOUNT_UNKNOWN = Text(
        "Tidak ada akun dengan alamat e-mail ini.",
        "No account has this e-mail address.",
    )
    ACCOUNT_BLOCKED = Text(
        "Akun ini diblokir oleh ruang kendali. Hubungi layanan warga jika menurut Anda ini keliru.",
        "The control room has blocked this account. Contact the citizen service if you think that this is a mistake.",
    )
    PASSWORD_WRONG = Text(
        "Kata sandi Anda saat ini salah.",
        "That is not your present password.",
    )
    SESSION_UNKNOWN = Text(
        "Sesi ini tidak ditemukan, atau sudah berakhir.",
        "There is no such session, or it has ended.",
    )
    PERSON_UNKNOWN = Text(
        "Orang ini tidak ditemukan.",
        "There is no such person.",
    )
    BLOCK_SELF = Text(
        "Anda tidak dapat memblokir akun Anda sendiri.",
        "You cannot block your own account.",
    )
    ROLES_FIRST = Text(
        "Akun petugas tidak dapat dihapus. Mintalah ruang kendali mencabut peran Anda terlebih dahulu.",
        "An account of staff cannot be deleted. Ask the control room to take your roles first.",
    )
    ADMIN_SELF = Text(
        "Anda tidak dapat mencabut peran admin Anda sendiri. Mintalah admin lain melakukannya.",
        "You cannot take your own role of administrator. Ask another administrator to do it.",
    )
    PASSWORD_LENGTH = Text(
        "Kata sandi harus {low} sampai {high} karakter.",
        "The password must have {low} to {high} characters.",
    )
    PASSWORD_SIMPLE = Text(
        "Kata sandi ini mudah ditebak karena hanya berupa ulangan atau urutan. Coba rangkai beberapa kata acak.",
        "This password is easy to guess: it only repeats or follows a sequence. Try a few random words.",
    )
    PASSWORD_COMMON = Text(
        "Kata sandi ini terlalu umum sehingga mudah ditebak. Coba rangkai beberapa kata acak.",
        "This password is very common and easy to guess. Try a few random words.",
    )
    PASSWORD_EMAIL = Text(
        "Kata sandi tidak boleh sama dengan alamat e-mail Anda. Coba rangkai beberapa kata acak.",
        "The password must not be the e-mail address. Try a few random words.",
    )
    PSEUDONYM_INVALID = Text(
        "Nama samaran harus {low} sampai {high} karakter: huruf, angka, spasi, titik, tanda hubung, atau apostrof.",
        "The pseudonym must have {low} to {high} characters: letters, digits, spaces, dots, hyphens or apostrophes.",
    )
    PSEUDONYM_TAKEN = Text(
        "Nama samaran ini, atau nama yang terlihat sama, sudah dipakai orang lain.",
        "This pseudonym, or one that looks the same, is already taken.",
    )
    UNIT_UNKNOWN = Text(
        "Kode unit {unit} tidak dikenal.",
        "There is no unit with the code {unit}.",
    )
    UNIT_UNFIT = Text(
        "Peran {role} tidak dapat diberikan untuk unit {unit}.",
        "The role of {role} cannot be given for the unit {unit}.",
    )
    ROLE_NOT_HELD = Text(
        "Akun ini tidak memiliki peran {role} tersebut.",
        "This account does not have that role of {role}.",
    )
    UNIT_MISSING = Text(
        "Peran {role} memerlukan kode unit.",
        "The role of {role} needs the code of a unit.",
    )
    REPORT_NOT_FOUND = Text(
        "Laporan tidak ditemukan.",
        "There is no such report.",
    )
    CATEGORY_UNKNOWN = Text(
        "Kategori {code} tidak dikenal. Pilih dari daftar kategori.",
        "There is no category {code}. Choose one from the list of categories.",
    )
    KELURAHAN_UNKNOWN = Text(
        "Kelurahan {code} tidak dikenal.",
        "There is no kelurahan {code}.",
    )
    KELURAHAN_AMBIGUOUS = Text(
        "{code} dapat berarti beberapa kelurahan: {candidates}. Tulis nama lengkap atau kodenya.",
        "{code} may mean several kelurahan: {candidates}. Write the full name or the code.",
    )
    KELURAHAN_IMPLAUSIBLE = Text(
        "Lokasi ini tidak berada di kelurahan {name}. Kemungkinan: {likely}.",
        "This location is not in kelurahan {name}. Likely ones: {likely}.",
    )
    OUT_OF_AREA = Text(
        "Lokasi ini di luar wilayah DKI Jakarta.",
        "This location is outside Jakarta.",
    )
    COORDINATE_NOT_A_NUMBER = Text(
        "Koordinat harus berupa angka, contohnya lintang -6.1754 dan bujur 106.8272.",
        "Coordinates must be numbers, for example latitude -6.1754 and longitude 106.8272.",
    )
    COORDINATE_OUT_OF_RANGE = Text(
        "Lintang harus antara -90 dan 90, bujur antara -180 dan 180.",
        "The latitude must be between -90 and 90, the longitude between -180 and 180.",
    )
    COORDINATE_SWAPPED = Text(
        "Lintang dan bujur tampaknya tertukar. Jakarta berada di sekitar lintang -6 dan bujur 106.",
        "Latitude and longitude seem to be swapped. Jakarta is at about latitude -6 and longitude 106.",
    )
    ZOOM_INVALID = Text(
        "Tingkat pembesaran peta harus 0 sampai {most}.",
        "The zoom of a map is between 0 and {most}.",
    )
    SEARCH_TOO_LONG = Text(
        "Kata pencarian paling banyak {most} karakter.",
        "A search has at most {most} characters.",
    )
    SEARCH_WITHOUT_WORDS = Text(
        "Tulis setidaknya satu kata atau angka untuk dicari.",
        "Please enter at least one word or number to search for.",
    )
    SEARCH_IN_FEED = Text(
        "Pembaruan langsung tidak dapat disaring menurut kata. Muat daftarnya lagi setelah ada pembaruan.",
        "Live updates cannot be filtered by words. Load the list again after an update.",
    )
    RELEVANCE_WITHOUT_TEXT = Text(
        "Urutan menurut kecocokan memerlukan kata pencarian.",
        "Only a search for words can be ordered by relevance.",
    )
    BOX_INVALID = Text(
        "Batas peta tidak valid: batas selatan harus di bawah batas utara, dan batas barat di kiri batas timur.",
        "The map area is not valid: south must be below north, and west must be left of east.",
    )
    STATISTICS_DIMENSIONS = Text(
        "Pilih paling banyak dua pengelompokan yang berbeda.",
        "Choose at most two different groupings.",
    )
    STATISTICS_TIMES = Text(
        "Pilih satu saja: per hari, per minggu, atau per bulan.",
        "Choose only one of day, week and month.",
    )
    STATISTICS_SPAN = Text(
        "Tanggal awal {first} sesudah tanggal akhir {last}.",
        "The first day {first} is after the last day {last}.",
    )
    STATISTICS_TOO_LONG = Text(
        "Hasilnya lebih dari {most} baris. Persempit rentang tanggal atau saringannya.",
        "The result has more than {most} rows. Please narrow the days or the filter.",
    )
    RADIUS = Text(
        "Jarak pencarian harus 1 sampai {most} meter.",
        "The search distance must be 1 to {most} metres.",
    )
    TEXT_TOO_LONG = Text("Teks ini paling banyak {most} karakter.", "This text may have at most {most} characters.")
    TEXT_LENGTH = Text(
        "Teks ini harus {low} sampai {high} karakter; sekarang {given} karakter.",
        "This text must have {low} to {high} characters; it has {given}.",
    )
    TEXT_CHARACTERS = Text(
        "Teks ini memuat karakter tersembunyi yang tidak dapat disimpan. Ketik ulang bagian itu, lalu coba lagi.",
        "This text contains hidden characters that cannot be stored. Retype that part and try again.",
    )
    NOTHING_TO_CHANGE = Text(
        "Belum ada yang diubah. Ubah sedikitnya satu isian.",
        "Nothing has been changed. Change at least one thing.",
    )
    PHOTO_UNKNOWN = Text(
        "Foto ini tidak ditemukan di antara unggahan Anda. Unggah terlebih dahulu.",
        "This photo is not among your uploads. Upload it first.",
    )
    PHOTO_USED = Text(
        "Foto ini sudah dipakai dalam sebuah laporan.",
        "This photo is already used in a report.",
    )
    PHOTO_TWICE = Text(
        "Foto yang sama dipilih dua kali.",
        "The same photo is chosen twice.",
    )
    PHOTOS_TOO_MANY = Text(
        "Paling banyak {high} foto.",
        "At most {high} photos.",
    )
    PHOTO_SIGN_IN = Text(
        "Silakan masuk untuk mengirim foto.",
        "Please sign in to send a photo.",
    )
    PHOTO_FORM_INVALID = Text(
        "Kirim tepat satu foto.",
        "Send exactly one photo.",
    )
    PHOTO_EMPTY = Text(
        "Berkas ini kosong. Pilih sebuah foto.",
        "The file is empty. Choose a photo.",
    )
    PHOTO_TOO_LARGE = Text(
        "Ukuran foto ini lebih dari {megabytes} MB. Kirim foto yang lebih kecil.",
        "The photo is larger than {megabytes} MB. Send a smaller one.",
    )
    PHOTO_NOT_AN_IMAGE = Text(
        "Berkas ini bukan foto. Kirim foto JPEG, HEIC, PNG, WebP, atau AVIF.",
        "The file is not a photo. Send a JPEG, HEIC, PNG, WebP or AVIF photo.",
    )
    PHOTO_FORMAT_UNSUPPORTED = Text(
        "Format gambar ini tidak didukung. Kirim foto JPEG, HEIC, PNG, WebP, atau AVIF.",
        "The image format is not supported. Send a JPEG, HEIC, PNG, WebP or AVIF photo.",
    )
    PHOTO_TOO_MANY_PIXELS = Text(
        "Resolusi foto ini lebih dari {megapixels} megapiksel. Kirim foto yang lebih kecil.",
        "The photo has more than {megapixels} megapixels. Send a smaller one.",
    )
    PHOTO_DAMAGED = Text(
        "Foto ini rusak atau terpotong. Kirim ulang atau ambil foto baru.",
        "The photo is damaged or incomplete. Send it again or take a new one.",
    )
    PHOTOS_UNAVAILABLE = Text(
        "Foto sedang tidak dapat disimpan atau dibuka. Coba lagi sebentar lagi.",
        "Photos cannot be stored or opened at the moment. Try again in a moment.",
    )
    BUSY = Text(
        "Server sedang sibuk. Coba lagi dalam {seconds} detik.",
        "The server is busy. Try again in {seconds} seconds.",
    )
    PARAMETER_UNKNOWN = Text(
        "Tidak ada saringan {name}. Yang tersedia: {known}.",
        "There is no filter {name}. Available: {known}.",
    )
    PARAMETER_REPEATED = Text(
        "Tulis {name} satu kali saja.",
        "Give {name} only once.",
    )
    PARAMETER_VALUE = Text(
        "Nilai {value} tidak sesuai untuk {name}. Yang benar: {right}.",
        "The value {value} does not fit {name}. Right: {right}.",
    )
    PARAMETER_MISSING = Text(
        "Isi {name}.",
        "Give {name}.",
    )
    COORDINATES_MISSING = Text(
        "Kirim lintang dan bujur, keduanya. Alamat saja tidak cukup.",
        "Send both the latitude and the longitude. An address alone is not enough.",
    )
    SPAN_TOO_LONG = Text(
        "Rentang waktunya terlalu panjang: paling lama {days} hari.",
        "The span is too long: at most {days} days.",
    )
    PAGE_TOO_FAR = Text(
        "Halaman ini terlalu jauh: paling banyak {most} laporan sebelumnya. Persempit rentang waktunya.",
        "This page is too far away: at most {most} reports before it. Choose a shorter span.",
    )
    JURISDICTION_UNKNOWN = Text(
        "Layanan ini hanya untuk {known}.",
        "This service is for {known} only.",
    )
    FORMAT_UNKNOWN = Text(
        "Format ini tidak ada. Yang tersedia: {formats}.",
        "There is no such format. Available: {formats}.",
    )
    FORM_INVALID = Text(
        "Kirim formulir berjenis {form} dalam {encoding}, dengan paling banyak {most} isian.",
        "Send a form of the type {form} in {encoding}, with at most {most} fields.",
    )
    KEY_INVALID = Text(
        "Kunci ini kosong, tidak dikenal, atau sudah dicabut. Mintalah kunci kepada pengelola layanan.",
        "This key is missing, unknown or revoked. Ask the operator of the service for one.",
    )
    KEY_UNKNOWN = Text(
        "Tidak ada kunci nomor {number} yang masih berlaku.",
        "There is no key {number} that is in use.",
    )
    KEYS_BY_OPERATOR = Text(
        "Pengelola layanan ini memberikan kunci untuk mengirim laporan. Membaca tidak memerlukan kunci.",
        "The operator of this service gives keys for filing reports. Reading needs none.",
    )
    REQUEST_FILED = Text(
        "Laporan diteruskan ke {unit}. Target penanganan: {due}.",
        "The report went to {unit}. It should be dealt with by {due}.",
    )
    PHOTO_NOT_FOUND = Text(
        "Foto tidak ditemukan.",
        "There is no such photo.",
    )
    PROOF_REQUIRED = Text(
        "Sertakan sedikitnya satu foto bukti bahwa masalahnya sudah selesai ditangani.",
        "Add at least one photo that proves that the problem was fixed.",
    )
    PROOF_REUSED = Text(
        "Foto bukti ini sudah ada dalam sebuah laporan. Ambil foto baru.",
        "This proof photo is already in a report. Take a new one.",
    )
    PROOF_OF_MANY = Text(
        "Setiap perbaikan memerlukan foto buktinya sendiri. Tandai laporan ini selesai satu per satu.",
        "Each fix needs a proof photo of its own. Close these reports as fixed one by one.",
    )
    PROOF_TOO_SMALL = Text(
        "Foto bukti terlalu kecil. Ukurannya paling sedikit {longer} x {shorter} piksel.",
        "The proof photo is too small. It must have at least {longer} x {shorter} pixels.",
    )
    PROOF_OF_ONE_COLOUR = Text(
        "Foto bukti hanya berisi satu warna. Ambil foto yang memperlihatkan hasil penanganan.",
        "The proof photo is of one colour only. Take one that shows the fix.",
    )
    PROOF_UNWANTED = Text(
        "Foto bukti hanya untuk laporan yang selesai ditangani.",
        "Proof photos are only for a report that is closed as fixed.",
    )
    NOTE_REQUIRED = Text(
        "Catatan wajib diisi. Jelaskan alasannya kepada pelapor.",
        "A note is required. Explain the reason to the reporter.",
    )
    ORIGINAL_REQUIRED = Text(
        "Pilih laporan asli yang sama dengan laporan ini.",
        "Choose the original report that this one repeats.",
    )
    ORIGINAL_UNWANTED = Text(
        "Laporan asli hanya dipilih jika laporan ini ditutup sebagai duplikat.",
        "An original report is chosen only when this one is closed as a duplicate.",
    )
    ORIGINAL_ITSELF = Text(
        "Laporan tidak dapat menjadi duplikat dirinya sendiri.",
        "A report cannot be a duplicate of itself.",
    )
    ORIGINAL_UNFIT = Text(
        "Laporan itu sudah ditutup ({resolution}). Pilih laporan yang masih dibuka atau selesai ditangani.",
        "That report is closed ({resolution}). Choose one that is open or was fixed.",
    )
    ORIGINAL_OF_OTHER_CATEGORY = Text(
        "Laporan asli harus berkategori sama dengan laporan ini.",
        "The original report must have the same category as this one.",
    )
    ORIGINAL_TOO_FAR = Text(
        "Laporan asli berjarak {metres} meter dari laporan ini. Jarak terjauh {most} meter.",
        "The original report is {metres} metres away from this one. The limit is {most} metres.",
    )
    ORIGINAL_TOO_OLD = Text(
        "Laporan asli sudah ditutup dan dikirim lebih dari {days} hari sebelum laporan ini.",
        "The original report is closed, and was submitted more than {days} days before this one.",
    )
    DISMISS_BY_SUPERVISOR = Text(
        "Laporan ini pernah ditutup tanpa penanganan lalu dibuka kembali. Hanya pengawas yang dapat menutupnya lagi "
        "tanpa penanganan.",
        "This report was closed without a fix and then reopened. Only a supervisor can close it without a fix again.",
    )
    RESOLUTION_REQUIRED = Text(
        "Pilih hasil penanganan laporan ini.",
        "Choose the outcome of this report.",
    )
    RESOLUTION_UNWANTED = Text(
        "Hasil penanganan hanya dipilih untuk laporan yang sudah diproses.",
        "An outcome is chosen only for a report that is processed.",
    )
    WITHDRAW_BY_REPORTER = Text(
        "Hanya pelapor yang dapat menarik laporannya.",
        "Only the reporter can withdraw the report.",
    )
    TRANSITION_REFUSED = Text(
        "Laporan ini {label}, sehingga tidak dapat diubah menjadi “{target}”.",
        "This report is already {label}; it cannot be changed to “{target}”.",
    )
    ANSWERED_ALREADY = Text(
        "Laporan ini sudah dijawab petugas, sehingga tidak dapat diubah atau ditarik lagi.",
        "This report has been answered and can no longer be edited or withdrawn.",
    )
    HAS_DUPLICATES = Text(
        "Laporan lain sudah digabungkan ke laporan ini, sehingga tidak dapat ditarik.",
        "Other reports have been merged into this one; it can no longer be withdrawn.",
    )
    WITHDRAW_OVERDUE = Text(
        "Jawaban untuk laporan ini sudah terlambat, sehingga laporan tidak dapat ditarik. Tunggu jawaban petugas.",
        "The answer to this report is overdue; it can no longer be withdrawn. Wait for the answer.",
    )
    NOT_YOUR_REPORT = Text(
        "Hanya pelapor yang dapat melakukan ini.",
        "Only the reporter can do this.",
    )
    OWN_REPORT = Text(
        "Anda tidak dapat menangani atau mendukung laporan Anda sendiri.",
        "You cannot handle or support your own report.",
    )
    SUPPORT_TOO_LATE = Text(
        "Laporan ini sudah diproses dan tidak menerima dukungan lagi.",
        "This report has been processed and can no longer be supported.",
    )
    NOT_YOUR_UNIT = Text(
        "Laporan ini ditangani unit lain.",
        "Another unit handles this report.",
    )
    COMMENT_NOT_YOURS = Text(
        "Hanya pelapor, pendukung laporan, dan unit yang menanganinya yang dapat berkomentar. Dukung laporan ini untuk "
        "ikut berkomentar.",
        "Only the reporter, supporters and the unit that handles the report can comment. Support it to join in.",
    )
    NOTE_NOT_YOURS = Text(
        "Catatan internal hanya dapat ditulis petugas unit yang menangani laporan ini.",
        "Only staff of the unit that handles the report can write internal notes.",
    )
    NEWS_CURSOR = Text(
        "Kabar tidak dapat ditandai sampai titik itu. Muat ulang kabar Anda, lalu coba lagi.",
        "The news cannot be marked as read up to that point. Reload your news, then try again.",
    )
    PUSH_OFF = Text(
        "Layanan ini belum mengirim notifikasi ke peramban atau aplikasi.",
        "This service does not send notifications to browsers or apps yet.",
    )
    PUSH_ENDPOINT = Text(
        "Alamat notifikasi dari peramban tidak valid. Yang benar adalah alamat https di internet, paling banyak {most} "
        "karakter.",
        "The browser's address for notifications is not valid. A valid one is an https address on the internet, of at "
        "most {most} characters.",
    )
    PUSH_KEY = Text(
        "Kunci notifikasi dari peramban tidak valid. Izinkan kembali notifikasi di peramban, lalu coba lagi.",
        "The browser's key for notifications is not valid. Allow notifications in the browser again, then try again.",
    )
    PUSH_AUTH = Text(
        "Rahasia notifikasi dari peramban tidak valid. Izinkan kembali notifikasi di peramban, lalu coba lagi.",
        "The browser's secret for notifications is not valid. Allow notifications in the browser again, then try "
        "again.",
    )
    EMAIL_OFF = Text(
        "Layanan ini belum mengirim kabar melalui e-mail.",
        "This service does not send news by e-mail yet.",
    )
    HANDLER_SAME = Text(
        "Laporan ini sudah ditangani unit itu.",
        "That unit already handles this report.",
    )
    HANDLER_EXTERNAL = Text(
        "Unit itu di luar pemerintah provinsi. Ubah kategori laporan agar diteruskan ke unit itu.",
        "That unit is outside the provincial government. Change the category to pass the report on to it.",
    )
    SIGNATURE_WRONG = Text(
        "Instansi ini tidak terhubung, atau tanda tangan pesannya tidak cocok.",
        "The agency is not connected, or the signature of the message does not fit.",
    )
    MESSAGE_TOO_LONG = Text("Pesan melebihi {most} byte.", "The message is longer than {most} bytes.")
    MESSAGE_NO_OBJECT = Text("Isi pesan tidak dapat dibaca.", "The message cannot be read.")
    AGENCY_STATUS = Text("Status harus salah satu dari {choices}.", "The status must be one of {choices}.")
    NUMBER_MISSING = Text("Sebutkan nomor laporan.", "Name the number of the report.")
    NOT_TEXT = Text("Nilai ini harus berupa teks.", "This value must be a text.")
    HOOK_NAME = Text(
        "Nama webhook: 1 sampai 32 huruf kecil, angka, atau tanda hubung.",
        "The name of a webhook has 1 to 32 lower-case letters, digits or hyphens.",
    )
    HOOK_TAKEN = Text("Webhook {name} sudah ada.", "There is a webhook {name} already.")
    HOOK_UNKNOWN = Text("Webhook {name} tidak ada.", "There is no webhook {name}.")
    CURSOR_OTHER = Text("Kursor ini bukan dari log sekarang.", "The cursor is not one of the present log.")
    NOTHING_TO_RETRY = Text(
        "Tidak ada pengiriman ke instansi luar yang perlu diulang untuk laporan ini.",
        "Nothing of this report has to be sent to its external agency again.",
    )
    AGENCY_CLOSED = Text(
        "{agency} menyatakan penanganan laporan ini selesai.",
        "{agency} says that its work on this report has ended.",
    )
    KELURAHAN_SAME = Text(
        "Laporan ini sudah tercatat di kelurahan itu.",
        "This report is already in that kelurahan.",
    )
    PLACE_SAME = Text(
        "Laporan ini sudah tercatat di lokasi itu.",
        "This report is already at that location.",
    )
    PLACE_TOO_FAR = Text(
        "Lokasi ini berjarak {metres} meter dari lokasi yang dikirim pelapor. Jarak terjauh {most} meter.",
        "This location is {metres} metres away from the one that the reporter sent. The limit is {most} metres.",
    )
    PLACE_OVERDUE = Text(
        "Jawaban untuk laporan ini sudah terlambat, sehingga lokasinya tidak dapat diubah. Tunggu jawaban petugas.",
        "The answer to this report is overdue; its location can no longer be changed. Wait for the answer.",
    )
    PLACE_OF_OTHER_UNIT = Text(
        "Lokasi ini ditangani unit lain, yang tidak punya cukup waktu lagi untuk menjawab. Petugas dapat memindahkan "
        "laporan ini.",
        "Another unit is in charge of this location, and has too little time left to answer. The office can transfer "
        "the report.",
    )
    PLACE_HAS_DUPLICATES = Text(
        "Laporan lain sudah digabungkan ke laporan ini, sehingga lokasinya tidak dapat diubah lagi oleh pelapor.",
        "Other reports have been merged into this one; its reporter can no longer change the location.",
    )
    CATEGORY_SAME = Text(
        "Laporan ini sudah berkategori itu.",
        "This report already has that category.",
    )
    ENTRY_NOT_FOUND = Text(
        "Catatan poin tidak ditemukan.",
        "There is no such point entry.",
    )
    ENTRY_REVERSED = Text(
        "Catatan poin ini sudah dibatalkan, atau merupakan pembatalan catatan lain.",
        "This point entry has already been reversed, or is itself a reversal.",
    )
    WAIVE_OWN_UNIT = Text(
        "Anda tidak dapat membatalkan catatan poin unit Anda sendiri.",
        "You cannot waive a point entry of a unit that you belong to.",
    )
    ADMIN_ONLY = Text(
        "Hanya ruang kendali yang dapat melakukan ini.",
        "Only the control room can do this.",
    )
    HIDDEN_ALREADY = Text(
        "Laporan ini sudah disembunyikan.",
        "This report is hidden already.",
    )
    NOT_HIDDEN = Text(
        "Laporan ini tidak disembunyikan.",
        "This report is not hidden.",
    )
    ERASED_ALREADY = Text(
        "Isi laporan ini sudah dihapus.",
        "The contents of this report have been erased already.",
    )
    FLAG_OWN = Text(
        "Laporan sendiri tidak dapat ditandai. Hapus isinya jika tidak pantas.",
        "You cannot flag your own report. Erase its contents if they should not be there.",
    )
    PHOTO_NOT_HERE = Text(
        "Foto ini tidak ada di laporan tersebut.",
        "That report has no such photo.",
    )
    ENDED_ALREADY = Text(
        "Laporan ini sudah diproses. Buka kembali laporan ini untuk melanjutkannya.",
        "This report has been processed. Reopen it to continue.",
    )
    REOPEN_NOT_YOURS = Text(
        "Hanya pelapor dan pengawas yang dapat membuka kembali laporan ini.",
        "Only the reporter and supervisors can reopen this report.",
    )
    REOPEN_NOTHING = Text(
        "Hanya laporan yang sudah diproses dan tidak ditarik pelapornya yang dapat dibuka kembali.",
        "Only a processed report that its reporter has not withdrawn can be reopened.",
    )
    REOPEN_TOO_LATE = Text(
        "Batas waktu untuk membuka kembali laporan ini sudah lewat: {days} hari setelah diproses.",
        "The time to reopen this report is over: {days} days after it was processed.",
    )
    REOPEN_TOO_OFTEN = Text(
        "Sebuah laporan dapat dibuka kembali paling banyak {most} kali oleh pelapor dan {most} kali oleh pengawas.",
        "A report can be reopened at most {most} times by its reporter and {most} times by supervisors.",
    )
    RATE_NOT_FIXED = Text(
        "Hanya laporan yang selesai ditangani yang dapat dinilai.",
        "Only a report that was closed as fixed can be rated.",
    )
    RATED_ALREADY = Text(
        "Anda sudah menilai penanganan laporan ini.",
        "You have already rated how this report was handled.",
    )
    RATE_TOO_LATE = Text(
        "Batas waktu untuk menilai sudah lewat: {days} hari setelah laporan diproses.",
        "The time to rate is over: {days} days after the report was processed.",
    )
    STARS_INVALID = Text(
        "Nilai harus {low} sampai {high} bintang.",
        "A rating must have {low} to {high} stars.",
    )
    CHANGED_MEANWHILE = Text(
        "Laporan ini baru saja berubah (versi {version}). Muat ulang, lalu coba lagi.",
        "This report has just changed (version {version}). Reload it and try again.",
    )
    KEY_REUSED = Text(
        "Kiriman ini sudah dipakai untuk laporan {report_number}. Kirim sebagai laporan baru.",
        "This submission was already used for report {report_number}. Send it as a new report.",
    )
    ACT_KEY_REUSED = Text(
        "Kiriman ini sudah dipakai untuk tindakan lain. Muat ulang halaman, lalu coba lagi.",
        "This submission was already used for another action. Reload the page and try again.",
    )
    ACT_KEY_REUSED_FOR = Text(
        "Kiriman ini sudah dipakai untuk tindakan atas laporan {report_number}. Muat ulang halaman, lalu coba lagi.",
        "This submission was already used for an action on report {report_number}. Reload the page and try again.",
    )

    FIRST_AND_LAST = Text(
        "Mintalah baris dari awal atau dari akhir daftar, jangan keduanya.",
        "Ask for rows from the start or from the end of the list, not both.",
    )
    PAGE_SIZE = Text(
        "Jumlah baris harus 1 sampai {most}.",
        "The number of rows must be 1 to {most}.",
    )
    PAGE_CURSOR = Text(
        "Daftar ini tidak dapat dilanjutkan dari titik tersebut. Muat ulang dari awal.",
        "This list cannot be continued from that point. Reload it from the start.",
    )
    VERSION_OF_MANY = Text(
        "Beberapa laporan tidak dapat diperiksa dengan satu nomor versi. Kirim tanpa nomor versi, atau satu per satu.",
        "Several reports cannot be checked by one version number. Send them without it, or one by one.",
    )
    IDS_COUNT = Text(
        "Pilih {low} sampai {high} laporan, bukan {given}.",
        "Choose {low} to {high} reports, not {given}.",
    )
    IDS_TOO_MANY = Text(
        "Paling banyak {most} data sekaligus.",
        "At most {most} items at once.",
    )
    TOO_EXPENSIVE = Text(
        "Permintaan ini terlalu berat: biayanya {cost}, batasnya {limit}. Minta lebih sedikit data sekaligus.",
        "This request is too expensive: it costs {cost}, the limit is {limit}. Ask for less at once.",
    )
    TOO_WIDE = Text(
        "Permintaan ini memilih terlalu banyak: paling banyak {fields} kolom dan {levels} tingkat.",
        "This request selects too much: at most {fields} fields and {levels} levels.",
    )
    ANSWER_TOO_LARGE = Text(
        "Jawabannya terlalu besar: {bytes} bita, batasnya {limit}. Minta lebih sedikit data sekaligus.",
        "The answer is too large: {bytes} bytes, the limit is {limit}. Ask for less at once.",
    )
    BODY_TOO_LARGE = Text(
        "Isi permintaan terlalu besar: paling banyak {limit} bita.",
        "The body is too large: at most {limit} bytes.",
    )
    TIMEOUT = Text(
        "Permintaan ini memakan waktu lebih dari {seconds} detik. Minta lebih sedikit data, atau coba lagi nanti.",
        "This request took more than {seconds} seconds. Ask for less, or try again later.",
    )
    DAY_AHEAD = Text(
        "Tanggal {day} belum tiba.",
        "The day {day} has not come yet.",
    )
    DAY_BEFORE = Text(
        "Tanggal {day} terlalu lama; yang paling awal {first}.",
        "The day {day} is too long ago; the earliest is {first}.",
    )
    BOARD_NOT_LIVE = Text(
        "Papan peringkat warga diperbarui sekali sehari, sehingga tidak dapat diikuti secara langsung.",
        "The citizen leaderboard is updated once a day and cannot be followed live.",
    )
    BOARD_OF_STAFF = Text(
        "Papan peringkat petugas hanya untuk petugas yang sudah masuk.",
        "The officer leaderboard is only for staff who are signed in.",
    )
    CITIZENS_BY_POINTS = Text(
        "Peringkat warga hanya berdasarkan poin.",
        "Citizens are ranked by points only.",
    )
    DAY_WITHOUT_PERIOD = Text(
        "Pilih juga periodenya, tidak hanya tanggalnya.",
        "Choose a period as well, not only a day.",
    )
    PLACE_UNKNOWN = Text(
        "Tempat {code} tidak dikenal.",
        "There is no place {code}.",
    )
    HANDLER_UNKNOWN = Text(
        "Unit yang dipilih bukan kelurahan atau instansi.",
        "The chosen unit is neither a kelurahan nor an agency.",
    )
    LOG_CURSOR_INVALID = Text(
        "Pembaruan tidak dapat dilanjutkan dari titik tersebut. Muat ulang datanya.",
        "Updates cannot be resumed from that point. Reload the data.",
    )
    LOG_CURSOR_EXPIRED = Text(
        "Terlalu banyak perubahan sejak pembaruan terakhir. Muat ulang datanya.",
        "Too much has changed since the last update. Reload the data.",
    )
    INTERNAL = Text(
        "Terjadi kesalahan pada server. Coba lagi nanti (rujukan {reference}).",
        "Something went wrong on the server. Try again later (reference {reference}).",
    )

    def text(self, locale: Locale, /, **values: object) -> str:
        """Return the message in `locale` with its placeholders filled.

        A value that differs between the languages is given as a `Text`.
        """
        filled = {key: value.in_locale(locale) if isinstance(value, Text) else value for key, value in values.items()}
        return self.value.in_locale(locale).format(**filled)
