// Reads a calendar with ical.js and prints its events: times as instants and as they stand on the wall in Serbia.

import { readFile } from "node:fs/promises";
import ICAL from "ical.js";

const text = await readFile(process.argv[2], "utf8");
const calendar = new ICAL.Component(ICAL.parse(text));
const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Belgrade",
  dateStyle: "short",
  timeStyle: "short",
});

const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  const value = (name) => component.getFirstPropertyValue(name);
  const times = [event.startDate, event.endDate];
  return {
    uid: event.uid,
    summary: event.summary,
    location: event.location,
    sequence: event.sequence,
    status: value("status"),
    class: value("class"),
    starts: times[0].toJSDate().toISOString(),
    ends: times[1].toJSDate().toISOString(),
    wall: times.map((time) => clock.format(time.toJSDate())),
    inUtc: times.every((time) => time.zone === ICAL.Timezone.utcTimezone),
    properties: component.getAllProperties().map((property) => property.name).sort(),
  };
});

const properties = Object.fromEntries(
  calendar.getAllProperties().map((property) => [property.name, String(property.getFirstValue())]),
);
console.log(JSON.stringify({ properties, events }));
