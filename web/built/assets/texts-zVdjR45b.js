import{N as e,a as t}from"./live-C0mGh1t2.js";import{_ as n}from"./marks-BMvaz3Zk.js";import{U as r}from"./SignInForm-Cx8s2ng7.js";import{t as i}from"./jsxRuntime-DwnoluyB.js";import{t as a}from"./fragments-D8HA_Ceq.js";import{n as o}from"./documents-B5lNTlUl.js";var s=t(`
    fragment Judged on Report {
      ...ReportLine
      description
      address
      hidden
      flags {
        reason
        at
      }
      photos {
        ...PhotoView
      }
      proof {
        ...PhotoView
      }
      timeline(last: 10) {
        edges {
          node {
            id
            kind
            note
          }
        }
      }
    }
  `,[a,o]),c=t(`
    query Flagged($after: String) {
      flaggedReports(first: 20, after: $after) {
        cursor
        edges {
          node {
            ...Judged
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,[s]),l=t(`
  subscription Moderated($after: String) {
    reportFeed(after: $after) {
      id
      cursor
      kind
    }
  }
`),u=t(`
    mutation HideReport($id: ID!, $reason: String!) {
      hideReport(id: $id, reason: $reason) {
        report {
          ...Judged
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[s]),d=t(`
    mutation DismissFlags($id: ID!) {
      dismissFlags(id: $id) {
        report {
          ...Judged
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[s]),f=t(`
    mutation ShowReport($id: ID!) {
      showReport(id: $id) {
        report {
          ...Judged
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[s]),p=t(`
    mutation RemovePhoto($id: ID!, $photoId: ID!) {
      removePhoto(id: $id, photoId: $photoId) {
        report {
          ...Judged
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[s]),m=t(`
  fragment PersonRow on Person {
    id
    name
    email
    blocked
    memberships {
      role
      unit {
        __typename
        ... on Kelurahan {
          id
          name
        }
        ... on Kecamatan {
          id
          name
        }
        ... on City {
          id
          name
        }
        ... on Agency {
          id
          name
        }
      }
    }
  }
`),h=t(`
    query People($search: String, $role: Role, $unit: ID, $after: String) {
      people(search: $search, role: $role, unit: $unit, first: 25, after: $after) {
        totalCount
        edges {
          node {
            ...PersonRow
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,[m]),g=t(`
    mutation InvitePerson($email: String!, $name: String!, $role: Role!, $unit: ID) {
      invitePerson(email: $email, name: $name, role: $role, unit: $unit) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[m]),_=t(`
    mutation GrantRole($personId: ID!, $role: Role!, $unit: ID) {
      grantRole(personId: $personId, role: $role, unit: $unit) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[m]),v=t(`
    mutation TakeRole($personId: ID!, $role: Role!, $unit: ID) {
      takeRole(personId: $personId, role: $role, unit: $unit) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[m]),y=t(`
    mutation BlockPerson($personId: ID!, $reason: String!) {
      blockPerson(personId: $personId, reason: $reason) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[m]),b=t(`
    mutation UnblockPerson($personId: ID!) {
      unblockPerson(personId: $personId) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[m]),x=t(`
  fragment ScoredReport on Report {
    id
    number
    version
    title
    status
    submittedAt
    kelurahan {
      id
      name
    }
    category {
      id
      name
    }
    points {
      id
      at
      points
      rule
      reversedBy {
        id
      }
      unit {
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
    }
  }
`),S=t(`
    query ScoredReports($filter: ReportFilter, $after: String) {
      reports(filter: $filter, orderBy: OLDEST, first: 25, after: $after) {
        edges {
          node {
            ...ScoredReport
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,[x]),C=t(`
    query ScoredReportByNumber($number: String!) {
      report(number: $number) {
        ...ScoredReport
      }
    }
  `,[x]),w=t(`
  query CategoryNames {
    categories {
      id
      code
      name
    }
  }
`),T=t(`
  mutation WaiveReports($ids: [ID!]!, $reason: String!, $idempotencyKey: String!) {
    waiveReports(ids: $ids, reason: $reason, idempotencyKey: $idempotencyKey) {
      waived
      errors {
        code
        message
        field
      }
    }
  }
`),E=t(`
    mutation WaiveEntry($id: ID!, $reason: String!, $idempotencyKey: String!) {
      waiveEntry(id: $id, reason: $reason, idempotencyKey: $idempotencyKey) {
        report {
          ...ScoredReport
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[x]);function D({texts:e}){return e.length===0?null:i(`div`,{class:`field`,role:`alert`,children:e.map(e=>i(`p`,{class:`error`,children:[i(r,{name:`error`}),e]},e))})}var O=({code:e,message:t})=>e===`UNREACHABLE`?n().unreachable:t;function k(e,t){let n=e.find(e=>e.field===t);return n&&O(n)}var A=(e,t)=>e.filter(({field:e})=>e===void 0||!t.includes(e)).map(O),j=e({moderation:`Moderasi`,moderationIntro:`Laporan yang ditandai warga. Yang disembunyikan tidak terlihat oleh umum; jam dan poinnya tetap.`,onlyReporter:`Kata-kata hanya dapat dihapus atau disamarkan oleh pelapornya sendiri.`,queue:`Antrean`,flagged:e=>`Perlu ditinjau (${e})`,hiddenOnes:e=>`Disembunyikan (${e})`,noFlagged:`Tidak ada yang perlu ditinjau. Daftar ini terisi sendiri kalau ada laporan yang ditandai.`,noHidden:`Tidak ada laporan yang disembunyikan.`,flags:e=>`Ditandai ${e} kali`,hidden:`Disembunyikan`,hiddenFor:e=>`Alasan disembunyikan: ${e}`,hide:`Sembunyikan`,hideTitle:e=>`Sembunyikan ${e}`,hideReason:`Alasan`,hideReasonHint:`Dibaca oleh pelapor dan petugas yang menangani, 3–500 karakter.`,hideReasons:[`Memuat data pribadi orang lain.`,`Memuat kata-kata yang menghina.`,`Fotonya tidak pantas ditampilkan.`,`Bukan laporan tentang kota.`],quickReasons:`Alasan yang sering dipakai`,wasHidden:e=>`${e} disembunyikan.`,dismiss:`Tidak ada masalah`,wasDismissed:e=>`${e} dibiarkan tampil; tandanya dihapus.`,show:`Tampilkan lagi`,wasShown:e=>`${e} ditampilkan lagi.`,undo:`Urungkan`,removePhoto:`Hapus foto`,removePhotoOf:e=>`Hapus foto ${e}`,removePhotoTitle:`Hapus foto ini?`,removePhotoHint:`Foto hilang dari laporan dan tidak dapat dikembalikan.`,photoRemoved:`Foto dihapus.`,people:`Orang dan peran`,invite:`Undang orang`,search:`Cari nama atau alamat e-mail`,role:`Peran`,anyRole:`Semua peran`,unit:`Unit`,unitFilter:`Saring menurut unit`,found:e=>`${e} orang`,nobody:`Tidak ada orang yang cocok.`,peopleCaption:`Orang, perannya, dan yang dapat dilakukan`,name:`Nama`,roles:`Peran`,actions:`Tindakan`,noEmail:`tanpa e-mail`,blocked:`Diblokir`,giveRole:`Beri peran`,giveRoleTo:e=>`Beri peran kepada ${e}`,takeRole:(e,t)=>`Cabut peran ${e} dari ${t}`,takeTitle:`Cabut peran ini?`,takeHint:`Berlaku saat itu juga, juga di layar yang sedang terbuka.`,take:`Cabut peran`,taken:e=>`Peran ${e} dicabut.`,given:e=>`Peran ${e} diberikan.`,block:`Blokir`,blockTitle:e=>`Blokir ${e}`,blockReason:`Alasan`,blockReasonHint:`Hanya dibaca ruang kendali.`,wasBlocked:e=>`${e} diblokir. Semua sesinya berakhir.`,unblock:`Buka blokir`,wasUnblocked:e=>`Blokir ${e} dibuka.`,inviteTitle:`Undang orang`,email:`Alamat e-mail`,staffName:`Nama di antara petugas`,staffNameHint:`Tampil di papan petugas; nama samaran warga tidak pernah tampil di sana.`,inviteHint:`Orang ini mendapat e-mail dengan tautan untuk membuat sandi, berlaku tujuh hari.`,sendInvite:`Kirim undangan`,invited:e=>`${e} diundang.`,noUnit:`Peran ini tidak terikat pada unit.`,unitMissing:`Pilih unitnya dari daftar.`,waivers:`Keringanan`,waiversIntro:`Batalkan poin yang tidak adil, misalnya denda terlambat saat banjir besar, atau poin dari laporan spam.`,extent:`Yang dibatalkan`,penalties:`Denda lewat batas waktu`,penaltiesHint:`Untuk kejadian luar biasa. Poin yang didapat unit tetap ada.`,everything:`Semua poin laporan`,everythingHint:`Untuk spam. Poin unit dan poin warga dari laporan itu ikut dibatalkan.`,findReports:`Cari laporan`,place:`Wilayah atau dinas`,category:`Kategori`,anyCategory:`Semua kategori`,from:`Masuk sejak`,to:`Masuk sebelum`,number:`Atau nomor laporan`,numberHint:`Misalnya JK2611230001. Isian lain tidak dipakai.`,find:`Cari`,results:(e,t)=>`${e} dari ${t} laporan punya poin yang dapat dibatalkan.`,stillMore:`Hanya 100 laporan terlama yang dibaca sekaligus. Persempit waktunya untuk yang lain.`,noResults:`Tidak ada laporan dengan poin yang dapat dibatalkan.`,resultsCaption:`Laporan yang dapat diberi keringanan`,choose:`Pilih`,chooseAll:`Pilih semua`,chooseOne:e=>`Pilih ${e}`,report:`Laporan`,received:`Masuk`,where:`Kelurahan`,entries:`Catatan yang dibatalkan`,entry:(e,t,n)=>`${e}: ${t} (${n})`,effect:`Yang akan berubah`,effectReports:(e,t)=>`${e} laporan, ${t} catatan poin`,effectBack:e=>`${e} poin dikembalikan`,effectTaken:e=>`${e} poin diambil`,unitChange:(e,t)=>`${e} ${t}`,andOthers:e=>`dan ${e} unit lain`,nothingChosen:`Pilih laporan dahulu.`,reason:`Alasan`,reasonHint:`Terbuka untuk umum, di samping setiap catatan. Tidak dapat diubah lagi.`,waive:e=>`Batalkan ${e} catatan`,waiving:(e,t)=>`${e} dari ${t}…`,done:e=>`${e} catatan dibatalkan`,donePublic:`Alasannya kini terbuka di catatan poin unit-unit ini:`,stopped:e=>`${e} catatan sudah dibatalkan sebelum ini.`,atReport:(e,t)=>`${e}: ${t}`},{moderation:`Moderation`,moderationIntro:`Reports that citizens have flagged. The public does not see hidden ones; clocks and points go on.`,onlyReporter:`Only the reporter can erase words, or mask personal details in them.`,queue:`Queue`,flagged:e=>`To review (${e})`,hiddenOnes:e=>`Hidden (${e})`,noFlagged:`There is nothing to review. Flagged reports appear here by themselves.`,noHidden:`No report is hidden.`,flags:e=>`Flagged ${e} times`,hidden:`Hidden`,hiddenFor:e=>`Hidden because: ${e}`,hide:`Hide`,hideTitle:e=>`Hide ${e}`,hideReason:`Reason`,hideReasonHint:`The reporter and the staff in charge read it: 3 to 500 characters.`,hideReasons:[`It has personal details of somebody else.`,`It has insulting words.`,`Its photo is not fit to be shown.`,`It is no report about the city.`],quickReasons:`Frequent reasons`,wasHidden:e=>`${e} is hidden.`,dismiss:`Nothing wrong`,wasDismissed:e=>`${e} stays as it is; its flags are gone.`,show:`Show again`,wasShown:e=>`${e} is shown again.`,undo:`Undo`,removePhoto:`Remove the photo`,removePhotoOf:e=>`Remove photo ${e}`,removePhotoTitle:`Remove this photo?`,removePhotoHint:`It goes from the report, and cannot be brought back.`,photoRemoved:`The photo is removed.`,people:`People and roles`,invite:`Invite somebody`,search:`Find a name or an e-mail address`,role:`Role`,anyRole:`All roles`,unit:`Unit`,unitFilter:`Only of a unit`,found:e=>`${e} people`,nobody:`Nobody matches.`,peopleCaption:`People, their roles, and what can be done`,name:`Name`,roles:`Roles`,actions:`Actions`,noEmail:`no e-mail`,blocked:`Blocked`,giveRole:`Give a role`,giveRoleTo:e=>`Give ${e} a role`,takeRole:(e,t)=>`Take the role ${e} from ${t}`,takeTitle:`Take this role?`,takeHint:`At once, on open screens too.`,take:`Take the role`,taken:e=>`The role ${e} is taken.`,given:e=>`The role ${e} is given.`,block:`Block`,blockTitle:e=>`Block ${e}`,blockReason:`Reason`,blockReasonHint:`Only the control room reads it.`,wasBlocked:e=>`${e} is blocked. All their sessions end.`,unblock:`Unblock`,wasUnblocked:e=>`${e} may sign in again.`,inviteTitle:`Invite somebody`,email:`E-mail address`,staffName:`Name among staff`,staffNameHint:`Boards of officers show it; the pseudonym of a citizen is never shown there.`,inviteHint:`They get an e-mail with a link to choose a password, which works for seven days.`,sendInvite:`Send the invitation`,invited:e=>`${e} is invited.`,noUnit:`This role belongs to no unit.`,unitMissing:`Choose the unit from the list.`,waivers:`Waivers`,waiversIntro:`Take back points that are not fair: penalties of a day of flood, or the points of spam.`,extent:`What is taken back`,penalties:`Penalties for missed deadlines`,penaltiesHint:`For extraordinary days. What units have gained stays.`,everything:`All points of the reports`,everythingHint:`For spam. The points of units and of citizens for these reports go.`,findReports:`Find reports`,place:`Area or agency`,category:`Category`,anyCategory:`All categories`,from:`Submitted from`,to:`Submitted before`,number:`Or the number of a report`,numberHint:`For example JK2611230001. The other fields do not count then.`,find:`Find`,results:(e,t)=>`${e} of ${t} reports have points that can be taken back.`,stillMore:`Only the oldest 100 reports are read at once. Choose a shorter time for the others.`,noResults:`No report has points that can be taken back.`,resultsCaption:`Reports that can be waived`,choose:`Choose`,chooseAll:`Choose all`,chooseOne:e=>`Choose ${e}`,report:`Report`,received:`Submitted`,where:`Kelurahan`,entries:`Entries taken back`,entry:(e,t,n)=>`${e}: ${t} (${n})`,effect:`What will change`,effectReports:(e,t)=>`${e} reports, ${t} point entries`,effectBack:e=>`${e} points given back`,effectTaken:e=>`${e} points taken`,unitChange:(e,t)=>`${e} ${t}`,andOthers:e=>`and ${e} other units`,nothingChosen:`Choose reports first.`,reason:`Reason`,reasonHint:`Public, beside each entry. It cannot be changed later.`,waive:e=>`Take back ${e} entries`,waiving:(e,t)=>`${e} of ${t}…`,done:e=>`${e} entries are taken back`,donePublic:`The reason is now public in the ledgers of:`,stopped:e=>`${e} entries were taken back before this.`,atReport:(e,t)=>`${e}: ${t}`});export{T as S,C as _,D as a,b,d as c,u as d,g as f,S as g,p as h,O as i,c as l,h as m,A as n,y as o,l as p,k as r,w as s,j as t,_ as u,f as v,E as x,v as y};