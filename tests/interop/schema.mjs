// What caches have to know of the schema. docs/recipes.md shows this file, and test_recipes.py holds it to the schema.

/** The types of each interface and union. */
export const possibleTypes = {
  "Handler": ["Agency", "Kelurahan"],
  "Node": [
    "Agency", "Category", "City", "Comment", "Kecamatan", "Kelurahan", "Leaderboard", "Person", "PointEntry",
    "Report", "ReportEvent", "Standing"
  ],
  "Place": ["City", "Kecamatan", "Kelurahan"],
  "Ranked": ["Agency", "Citizen", "City", "Kecamatan", "Kelurahan", "Officer"],
  "Unit": ["Agency", "City", "Kecamatan", "Kelurahan"]
};

/** The types without `id`: they are kept inside the object that has them. */
export const keyless = [
  "AccountPayload", "Box", "BulkPayload", "CommentConnection", "CommentEdge", "CommentPayload",
  "ExportPayload", "Flag", "Forwarding", "GeoPoint", "KelurahanConnection", "KelurahanEdge",
  "LeaderboardUpdate", "LocationMatch", "Membership", "NearbyReport", "News",
  "NotificationPayload", "NotificationSettings", "PageInfo", "PersonConnection", "PersonEdge",
  "PersonPayload", "PersonalDetail", "PointEntryConnection", "PointEntryEdge", "ProfilePayload",
  "RankShift", "ReportCluster", "ReportConnection", "ReportEdge", "ReportEventConnection",
  "ReportEventEdge", "ReportOriginal", "ReportPayload", "ReportPermissions", "ReportStatistics",
  "Reporter", "Scorecard", "Session", "SessionPayload", "SignOutPayload", "StandingConnection",
  "StandingEdge", "StatisticsRow", "UserError", "WaivePayload"
];
