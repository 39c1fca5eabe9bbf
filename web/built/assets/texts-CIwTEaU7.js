import{b as e,o as t}from"./client-V02U534M.js";import{t as n}from"./index-DleXvFPo.js";var r=t(`
    query MyReports($after: String) {
      reports(filter: { mine: true }, first: 20, after: $after) {
        cursor
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            ...ReportLine
            overdue
            responseDueAt
            respondedAt
            photos {
              id
              thumbnailUrl
            }
          }
        }
      }
    }
  `,[n]),i=t(`
    subscription MyReportsChanged($after: String) {
      myReportsChanged(after: $after) {
        id
        cursor
        kind
        report {
          ...ReportLine
          overdue
          responseDueAt
          respondedAt
        }
      }
    }
  `,[n]),a=t(`
  query MyNews($first: Int!) {
    viewer {
      id
      unreadCount
      news(first: $first) {
        pageInfo {
          hasNextPage
        }
        edges {
          node {
            id
            cursor
            kind
            at
            actor
            toStatus
            resolution
            note
            comment {
              id
              body
            }
            toHandler {
              __typename
              ... on Kelurahan {
                id
                name
              }
              ... on Agency {
                id
                name
              }
            }
            report {
              id
              number
              version
              title
            }
          }
        }
      }
    }
  }
`),o=t(`
  subscription NewsChanged {
    newsChanged {
      unreadCount
      latest {
        id
        cursor
      }
    }
  }
`),s=t(`
  mutation MarkNewsRead($upTo: String!) {
    markNewsRead(upTo: $upTo) {
      errors {
        code
        message
        field
      }
    }
  }
`),c=t(`
  query Notifications {
    viewer {
      id
      notifications {
        push
        vapidPublicKey
      }
    }
  }
`),l=t(`
  mutation EnablePush($input: PushSubscriptionInput!) {
    enablePush(input: $input) {
      errors {
        code
        message
        field
      }
    }
  }
`),u=t(`
  mutation DisablePush($endpoint: URL!) {
    disablePush(endpoint: $endpoint) {
      errors {
        code
        message
        field
      }
    }
  }
`),d=e({title:`Laporan saya`,report:`Lapor`,unsent:`Di ponsel ini`,unsentWhy:`Belum terkirim. Hanya Anda yang bisa melihatnya.`,untitled:`Laporan baru`,goOn:`Lanjutkan`,fix:`Perbaiki`,signInToSend:`Masuk dan kirim`,sendNow:`Kirim sekarang`,remove:e=>`Hapus ${e}`,removeQuestion:`Hapus dari ponsel ini?`,removeBody:`Isian dan fotonya hilang dan tidak bisa dikembalikan.`,removeYes:`Hapus`,photos:e=>`${e} foto`,news:`Kabar`,unread:e=>`${e} belum dibaca`,fresh:`Baru`,noNews:`Belum ada kabar. Jawaban petugas muncul di sini.`,moreNews:`Kabar sebelumnya`,sent:`Terkirim`,none:`Anda belum pernah melapor`,noneBody:`Ada yang rusak, menumpuk atau tersumbat? Laporkan, kurang dari semenit.`,signedOut:`Masuk untuk melihat laporan Anda`,signedOutBody:`Status dan kabarnya muncul di sini, langsung.`,signIn:`Masuk`,supporters:e=>`${e} pendukung`,comments:e=>`${e} komentar`,dueBy:e=>`Dijawab paling lambat ${e}`,late:`Melewati batas waktu`,kinds:{status:(e,t)=>`${e}: ${t}`,reopened:e=>`Dibuka kembali oleh ${e}`,assigned:e=>`Sekarang ditangani ${e}`,transferred:e=>`Dialihkan ke ${e}`,recategorised:`Jenis masalahnya diperbaiki`,moved:`Tempatnya diperbaiki di peta`,commented:e=>`${e} menulis`,hidden:`Disembunyikan dari umum`,unhidden:`Ditampilkan lagi untuk umum`,other:`Ada perkembangan`},someone:`kantor lain`,pushTitle:`Kabar langsung ke ponsel ini`,pushWhy:`Dapat notifikasi begitu petugas menjawab, juga saat halaman ini tertutup.`,pushOn:`Aktifkan`,pushOff:`Matikan`,pushIsOn:`Notifikasi aktif di perangkat ini.`,pushDenied:`Notifikasi diblokir di pengaturan peramban. Izinkan di sana untuk mengaktifkannya.`,pushFailed:`Notifikasi belum bisa diaktifkan di peramban ini.`},{title:`My reports`,report:`Report`,unsent:`On this phone`,unsentWhy:`Not sent yet. Only you can see them.`,untitled:`New report`,goOn:`Continue`,fix:`Change it`,signInToSend:`Sign in and send`,sendNow:`Send now`,remove:e=>`Delete ${e}`,removeQuestion:`Delete it from this phone?`,removeBody:`What you filled in and the photos are gone for good.`,removeYes:`Delete`,photos:e=>e===1?`1 photo`:`${e} photos`,news:`News`,unread:e=>`${e} unread`,fresh:`New`,noNews:`No news yet. The answers of the offices appear here.`,moreNews:`Earlier news`,sent:`Sent`,none:`You have not reported anything yet`,noneBody:`Something broken, piled up or blocked? Report it in under a minute.`,signedOut:`Sign in to see your reports`,signedOutBody:`Their status and news appear here, live.`,signIn:`Sign in`,supporters:e=>e===1?`1 supporter`:`${e} supporters`,comments:e=>e===1?`1 comment`:`${e} comments`,dueBy:e=>`Answered by ${e}`,late:`Past its deadline`,kinds:{status:(e,t)=>`${e}: ${t}`,reopened:e=>`Reopened by ${e}`,assigned:e=>`Now with ${e}`,transferred:e=>`Transferred to ${e}`,recategorised:`The kind of problem was corrected`,moved:`The place was corrected on the map`,commented:e=>`${e} wrote`,hidden:`Hidden from the public`,unhidden:`Shown to the public again`,other:`Something happened`},someone:`another office`,pushTitle:`News right on this phone`,pushWhy:`Get a notification when an office answers, also while this page is closed.`,pushOn:`Turn on`,pushOff:`Turn off`,pushIsOn:`Notifications are on for this device.`,pushDenied:`Notifications are blocked in the settings of your browser. Allow them there to turn them on.`,pushFailed:`Notifications could not be turned on in this browser.`});export{a,o as c,s as i,c as l,u as n,r as o,l as r,i as s,d as t};