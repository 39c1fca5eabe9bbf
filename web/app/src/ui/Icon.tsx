const sources = import.meta.glob<string>(
  [
    // Categories: models/reference/categories.csv.
    "/node_modules/@material-symbols/svg-400/rounded/{flood,plumbing,delete,remove_road,directions_walk,lightbulb,park,yard,traffic,local_parking,directions_bus,storefront,campaign,smoke_free,volume_up,volunteer_activism,local_fire_department,warning,local_police,apartment,restaurant,pets,description,construction,water_drop,bolt,cell_tower,gas_meter,toll,more_horiz}.svg",
    // The pages.
    "/node_modules/@material-symbols/svg-400/rounded/{add,add_a_photo,arrow_back,arrow_downward,arrow_forward,arrow_upward,call,check,check_circle,chevron_right,close,cloud_off,chat,devices,download,edit,error,flag,forum,group,history,home,info,keyboard,leaderboard,list_alt,location_on,lock,logout,mail,map,menu,monitoring,my_location,notifications,person,photo_camera,photo_library,search,send,settings,share,shield,star,sync,thumb_up,timer,undo,upload,visibility,visibility_off}.svg",
  ],
  { query: "?raw", import: "default", eager: true },
);

const icons = new Map(Object.entries(sources).map(([path, source]) => [/(\w+)\.svg$/.exec(path)?.[1] ?? "", source]));

/** An icon of Material Symbols. It says nothing by itself: put words beside it, or a label on its button. */
export function Icon({ name }: { name: string }) {
  // A city may load categories whose icons are not here.
  const source = icons.get(name) ?? icons.get("more_horiz") ?? "";
  return <span class="icon" aria-hidden="true" dangerouslySetInnerHTML={{ __html: source }} />;
}

/** The icon of a category on the colour of its group. */
export function CategoryIcon({ icon, colour }: { icon: string; colour: string }) {
  return (
    <span class="category-icon" style={{ "--group": colour }}>
      <Icon name={icon} />
    </span>
  );
}
