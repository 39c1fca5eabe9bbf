import{N as e,a as t}from"./live-C0mGh1t2.js";import{C as n,b as r,w as i,y as a}from"./marks-BMvaz3Zk.js";var o=t(`
  query AllPlaces {
    cities {
      id
      code
      name
      kecamatan {
        id
        code
        name
        kelurahan {
          id
          code
          name
        }
      }
    }
  }
`),s=t(`
  query KelurahanPage($code: String!, $period: Period!) {
    kelurahan(code: $code) {
      id
      code
      name
      endedOn
      kecamatan {
        id
        code
        name
      }
      city {
        id
        code
        name
      }
      centre {
        latitude
        longitude
      }
      standing(metric: RESPONSIVENESS, period: $period) {
        id
        rank
        points
        responsiveness
        band
        scorecard {
          received
          responded
          processed
          overdue
          reopened
          respondedOnTime
          decidedAnswers
          processedOnTime
          decidedFixes
          satisfaction
          ratings
          medianResponseMinutes
        }
      }
    }
  }
`),c=t(`
  query KelurahanLedger($code: String!, $period: Period!, $first: Int!) {
    kelurahan(code: $code) {
      id
      code
      points(first: $first, period: $period) {
        edges {
          node {
            id
            at
            points
            reason
            note
            waived
            report {
              id
              number
              version
              title
            }
          }
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`),l=e({title:`Kelurahan`,intro:`Lihat bagaimana laporan warga dijawab dan dikerjakan di kelurahan Anda.`,list:`Semua kelurahan`,count:e=>`${n(e)} kelurahan`,kelurahan:e=>`Kelurahan ${e}`,inKecamatan:(e,t)=>`Kecamatan ${e}, ${t}`,notFound:`Kelurahan ini tidak ada`,notFoundHint:`Mungkin kodenya keliru. Coba cari menurut nama.`,ended:e=>`Kelurahan ini sudah tidak ada sejak ${a(e)}. Wilayahnya kini milik kelurahan lain.`,mine:`Ikuti di beranda`,isMine:`Diikuti di beranda`,chosen:e=>`Beranda sekarang menampilkan ${e}.`,standing:`Kinerja bulan ini`,means:{ABOVE:`Lebih sering tepat waktu daripada kelurahan lain, dan itu bukan kebetulan.`,AVERAGE:`Tepat waktu kira-kira sesering kelurahan lain.`,BELOW:`Lebih jarang tepat waktu daripada kelurahan lain, dan itu bukan kebetulan.`,none:`Laporannya masih sedikit. Penilaian baru bisa dibuat setelah lima jawaban dan lima penyelesaian.`},rank:e=>`Peringkat ${n(e)}`,restsOn:`Dasar penilaian`,onTimeAnswers:`Dijawab tepat waktu`,onTimeFixes:`Selesai tepat waktu`,satisfaction:`Bintang dari pelapor`,ratio:e=>i(e),ofReports:e=>`dari ${n(e)} laporan`,stars:e=>`${n(Math.round(e*10)/10)} / 5`,ofRatings:e=>`dari ${n(e)} penilaian`,unknown:`Belum ada`,received:`Laporan masuk`,responded:`Dijawab`,processed:`Selesai`,overdue:`Terlambat saat ini`,reopened:`Dibuka kembali`,median:`Biasanya dijawab dalam`,minutes:e=>r(e),score:`Skor kesigapan`,scoreOf:e=>`${n(Math.round(e))} dari 100`,points:`Poin`,open:`Laporan yang masih terbuka`,noneOpen:`Tidak ada laporan yang terbuka`,noneOpenHint:`Semua laporan di kelurahan ini sudah diproses.`,ledger:`Catatan poin bulan ini`,ledgerHint:`Setiap poin ada alasannya. Catatan tidak pernah diubah; yang keliru dibatalkan dengan catatan baru.`,noEntries:`Belum ada poin bulan ini.`,waived:`Dibatalkan ruang kendali`,map:e=>`Batas Kelurahan ${e}, kira-kira`},{title:`Kelurahan`,intro:`See how the reports of citizens are answered and worked on in your kelurahan.`,list:`All kelurahan`,count:e=>`${n(e)} kelurahan`,kelurahan:e=>`Kelurahan ${e}`,inKecamatan:(e,t)=>`Kecamatan ${e}, ${t}`,notFound:`This kelurahan does not exist`,notFoundHint:`The code may be wrong. Try to find it by its name.`,ended:e=>`This kelurahan ended on ${a(e)}. Others have its area now.`,mine:`Follow on the home page`,isMine:`On the home page`,chosen:e=>`The home page shows ${e} now.`,standing:`This month`,means:{ABOVE:`On time more often than other kelurahan, by more than chance explains.`,AVERAGE:`On time about as often as other kelurahan.`,BELOW:`On time less often than other kelurahan, by more than chance explains.`,none:`There are few reports yet. It takes five answers and five fixes to say more.`},rank:e=>`Rank ${n(e)}`,restsOn:`What this rests on`,onTimeAnswers:`Answered on time`,onTimeFixes:`Fixed on time`,satisfaction:`Stars from reporters`,ratio:e=>i(e),ofReports:e=>`of ${n(e)} reports`,stars:e=>`${n(Math.round(e*10)/10)} / 5`,ofRatings:e=>`of ${n(e)} ratings`,unknown:`None yet`,received:`Reports received`,responded:`Answered`,processed:`Fixed`,overdue:`Overdue now`,reopened:`Reopened`,median:`Usually answered in`,minutes:e=>r(e),score:`Responsiveness`,scoreOf:e=>`${n(Math.round(e))} of 100`,points:`Points`,open:`Open reports`,noneOpen:`No report is open`,noneOpenHint:`All reports of this kelurahan have been processed.`,ledger:`Points of this month`,ledgerHint:`Each point has a reason. Entries never change; a wrong one is reversed by another.`,noEntries:`No points this month yet.`,waived:`Waived by the control room`,map:e=>`Approximate boundary of Kelurahan ${e}`});export{c as i,o as n,s as r,l as t};