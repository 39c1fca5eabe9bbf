"""Texts of simulated people: a few short, plain sentences."""

DESCRIPTIONS = (
    "Sudah beberapa hari seperti ini. Mohon segera ditangani.",
    "Mengganggu warga sekitar, terutama pada pagi hari.",
    "Dekat sekolah, berbahaya bagi anak-anak.",
    "Sudah pernah dilaporkan ke RT, belum ada tindak lanjut.",
    "Mohon petugas datang ke lokasi.",
    "Kondisinya makin parah sejak kemarin.",
)
FLOOD_DESCRIPTIONS = (
    "Air setinggi lutut, kendaraan tidak bisa lewat.",
    "Air masuk ke rumah warga sejak sore.",
    "Genangan sekitar 40 cm dan masih naik.",
)
NOTES = {
    "CLOSE_AS_INVALID": "Setelah dicek di lokasi, tidak ditemukan masalah.",
    "CLOSE_AS_OUT_OF_REMIT": "Bukan kewenangan pemerintah provinsi; sudah diteruskan.",
    "ASSIGN": "Mohon ditindaklanjuti oleh unit terkait.",
    "TRANSFER": "Lokasi berada di kelurahan tetangga.",
    "RECATEGORISE": "Kategori disesuaikan dengan keadaan di lokasi.",
    "START": "Petugas menuju lokasi.",
    "FIX": "Sudah ditangani, lihat foto.",
}
COMMENTS = {
    1: "Belum dikerjakan sama sekali.",
    2: "Kurang memuaskan.",
    4: "Terima kasih.",
    5: "Cepat sekali, terima kasih!",
}
REOPENING_REASON = "Masalahnya masih ada."
WAIVER_REASON = "Keadaan di luar kendali unit."
