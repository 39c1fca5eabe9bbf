import { defineTexts } from "../../texts";

export const t = defineTexts(
  {
    title: "Bantuan",
    emergency: "Keadaan darurat? Telepon 112 dulu.",
    emergencyMore:
      "Kebakaran, orang terluka, atau bahaya lain: 112 gratis dari semua telepon. Setelah aman, laporkan di sini.",
    statuses: "Arti status laporan",
    waiting: "Laporan sudah sampai di kantor yang bertugas. Batas waktu jawabannya tertulis di laporan.",
    inProgress: "Petugas sudah menjawab dan sedang mengerjakannya.",
    processed: "Petugas sudah selesai, dengan foto bukti, atau menjelaskan mengapa laporan ditutup.",
    questions: "Pertanyaan yang sering muncul",
    faq: {
      who: "Siapa yang menerima laporan saya?",
      whoAnswer:
        "Kelurahan atau dinas yang bertugas di lokasi itu, langsung saat Anda menekan Kirim. Urusan di luar pemerintah provinsi, misalnya listrik padam, kami simpan dan teruskan ke lembaganya.",
      seen: "Apa yang dilihat orang lain?",
      seenAnswer:
        "Isi, foto, lokasi, dan nama samaran Anda. E-mail Anda tidak pernah terlihat. Anda juga bisa melapor tanpa nama.",
      wrong: "Katanya selesai, ternyata belum. Bagaimana?",
      wrongAnswer:
        "Buka laporannya dan tekan Buka kembali dalam 14 hari. Anda bisa melakukannya dua kali, dan penilaian Anda ikut menentukan nilai kantor itu.",
      change: "Bisakah laporan diubah atau ditarik?",
      changeAnswer:
        "Bisa. Anda dapat melengkapi isi dan foto, dan menarik laporan selama belum dijawab. Pilihannya ada di menu laporan Anda.",
      points: "Dari mana nilai kelurahan?",
      pointsAnswer:
        "Dari jawaban dan penyelesaian yang tepat waktu, dan dari bintang pelapor. Poin berkurang bila terlambat atau laporan dibuka kembali. Setiap poin tercatat di halaman kelurahan.",
      offline: "Tidak ada sinyal?",
      offlineAnswer: "Tetap bisa melapor. Laporan disimpan di ponsel dan dikirim sekali saat jaringan kembali.",
    },
  },
  {
    title: "Help",
    emergency: "An emergency? Call 112 first.",
    emergencyMore: "Fire, people hurt, other danger: 112 is free from every phone. Report it here once you are safe.",
    statuses: "What a status means",
    waiting: "The report is with the office in charge. Its deadline is on the report.",
    inProgress: "An officer has answered and is working on it.",
    processed: "The officer has finished, with a photo as proof, or has said why the report is closed.",
    questions: "Frequent questions",
    faq: {
      who: "Who gets my report?",
      whoAnswer:
        "The kelurahan or agency in charge of that place, the moment you press Send. What is outside the province, such as a power cut, we keep and pass on.",
      seen: "What do others see?",
      seenAnswer:
        "The words, photos, place and your pseudonym. Never your e-mail address. You can report without a name too.",
      wrong: "They say it is fixed, and it is not?",
      wrongAnswer:
        "Open the report and press Reopen within 14 days. You can do so twice, and your rating counts for that office.",
      change: "Can I change or withdraw a report?",
      changeAnswer:
        "Yes. You can add words and photos, and withdraw the report while it is unanswered. It is in the menu of your report.",
      points: "Where do the points of a kelurahan come from?",
      pointsAnswer:
        "From answers and fixes on time, and from the stars of reporters. They lose points for being late and for reopened reports. Each point is on the page of the kelurahan.",
      offline: "No signal?",
      offlineAnswer: "You can still report. The phone keeps the report and sends it once, when the network is back.",
    },
  },
);
