//! The company's resources: the standing fleet, as many more as the asked number of charges needs, and what incidents do to them.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::{
    DemoError,
    calendar::Calendar,
    catalogue::{Blueprint, Catalogue, IdStyle, Kind, PROVIDERS, Region},
    config,
    demand::Shape,
    fields::quoted,
    random::Random,
    resource::{Effect, Line, Resource},
};

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// Makes resources one by one.
pub(crate) struct Fleet<'a> {
    catalogue: &'a Catalogue,
    calendar: &'a Calendar,
    random: Random,
    ids: HashSet<String>,
    /// Made so far.
    pub(crate) resources: Vec<Resource>,
}

impl<'a> Fleet<'a> {
    /// The standing fleet with its incidents.
    pub(crate) fn standing(catalogue: &'a Catalogue, calendar: &'a Calendar, seed: u64) -> Result<Self, DemoError> {
        let random = Random::stream(seed, 1);
        let mut fleet = Self { catalogue, calendar, random, ids: HashSet::new(), resources: Vec::new() };
        for blueprint in &catalogue.fleet {
            for number in 1..=blueprint.count {
                let name = if blueprint.count == 1 { blueprint.name.clone() } else { format!("{}-{number:02}", blueprint.name) };
                fleet.build(blueprint, name)?;
            }
        }
        fleet.apply_incidents()?;
        Ok(fleet)
    }

    /// Adds resources until their charges come to about `wanted` more.
    pub(crate) fn grow(&mut self, wanted: u64) -> Result<(), DemoError> {
        let catalogue = self.catalogue;
        let total: u32 = catalogue.scale.iter().map(|blueprint| blueprint.count).sum();
        let mut made = 0;
        while made < wanted {
            let mut ticket = self.random.between(0, i64::from(total));
            let picked = catalogue.scale.iter().find(|blueprint| {
                ticket -= i64::from(blueprint.count);
                ticket < 0
            });
            let Some(picked) = picked else { break };
            let mut blueprint = picked.clone();
            if self.random.chance(0.35) {
                let days = self.calendar.days.len() as i64;
                blueprint.from = Some(-(self.random.between(days / 6, days) as i32));
            }
            let name = format!("{}-{:05}", blueprint.name, self.resources.len());
            self.build(&blueprint, name)?;
            made += self.resources.last().map_or(1, |resource| self.charges_of(resource));
        }
        Ok(())
    }

    /// How many charges the resources made so far come to, without fees, taxes and one-offs.
    pub(crate) fn charges(&self) -> u64 {
        self.resources.iter().map(|resource| self.charges_of(resource)).sum()
    }

    fn charges_of(&self, resource: &Resource) -> u64 {
        let billed = self.calendar.billed_days[resource.provider];
        let of_line = |line: &Line| {
            let days = line.until.min(billed).saturating_sub(line.from) as u64;
            if self.catalogue.skus[line.sku].is_subscription() { days / 30 } else { days }
        };
        resource.lines.iter().map(of_line).sum()
    }

    fn build(&mut self, blueprint: &Blueprint, name: String) -> Result<(), DemoError> {
        let catalogue = self.catalogue;
        let account = catalogue.account(&blueprint.account)?;
        let provider = catalogue.provider(account)?;
        let key = PROVIDERS[provider].key;
        let kind = catalogue.kind(key, &blueprint.kind)?;
        let region = catalogue.region(key, &blueprint.region)?;
        let product = catalogue.product(key, &catalogue.kinds[kind].product)?;
        let lines = self.lines(blueprint, provider, &catalogue.kinds[kind])?;
        let (team, tags) = self.tags(blueprint);
        let mut resource = Resource {
            id: self.new_id(&catalogue.kinds[kind], &catalogue.regions[region], &name),
            zone: self.zone(blueprint, &catalogue.regions[region]),
            name,
            kind,
            product,
            account,
            provider,
            region,
            team,
            tags_field: if tags.is_empty() { String::new() } else { quoted(&Value::Object(tags.clone()).to_string()) },
            tags,
            commitment: catalogue.commitments.iter().position(|it| it.key == blueprint.commitment),
            status: blueprint.status.clone(),
            cpu: self.around(blueprint.cpu),
            memory: self.around(blueprint.mem),
            network: self.around(blueprint.net),
            attached_to: self.attached_to(&blueprint.attach),
            encrypted: encryptable(&blueprint.kind).then_some(true),
            public: false,
            config: self.healthy_config(blueprint, &lines),
            created: self.created(blueprint, provider)?,
            planted: blueprint.planted.clone(),
            lines,
        };
        override_config(&mut resource, &blueprint.config);
        self.resources.push(resource);
        Ok(())
    }

    fn lines(&mut self, blueprint: &Blueprint, provider: usize, kind: &Kind) -> Result<Vec<Line>, DemoError> {
        let born = blueprint.from.map_or(0, |from| self.calendar.position(from));
        let gone = blueprint.until.map_or(self.calendar.days.len(), |until| self.calendar.position(until));
        let mut lines = Vec::new();
        for text in blueprint.lines.split(';').filter(|text| !text.is_empty()) {
            let bad = || DemoError::Catalogue { what: "line", key: text.to_owned() };
            let (what, days) = text.split_once('@').unwrap_or((text, ":"));
            let [sku, quantity, shape] = <[&str; 3]>::try_from(what.split('*').collect::<Vec<_>>()).map_err(|_| bad())?;
            let (from, until) = days.split_once(':').ok_or_else(bad)?;
            lines.push(Line {
                sku: self.catalogue.sku(PROVIDERS[provider].key, &kind.product, sku)?,
                quantity: quantity.parse().map_err(|_| bad())?,
                shape: Shape::parse(shape).ok_or_else(bad)?,
                from: from.parse().map_or(born, |from| self.calendar.position(from)),
                until: until.parse().map_or(gone, |until| self.calendar.position(until)),
                renews_on: self.random.between(1, 28) as i8,
                effects: Vec::new(),
            });
        }
        Ok(lines)
    }

    fn apply_incidents(&mut self) -> Result<(), DemoError> {
        for incident in &self.catalogue.incidents {
            let resource = named(&self.resources, &incident.resource)
                .ok_or_else(|| DemoError::Catalogue { what: "resource", key: incident.resource.clone() })?;
            let from = self.calendar.position(incident.from);
            let until = incident.until.map_or(self.calendar.days.len(), |until| self.calendar.position(until));
            let touched = |line: &&mut Line| incident.meter.is_empty() || self.catalogue.skus[line.sku].meter == incident.meter;
            for line in self.resources[resource].lines.iter_mut().filter(touched) {
                line.effects.push(Effect { from, until, factor: incident.factor.unwrap_or(1.0), percent: incident.percent });
            }
        }
        Ok(())
    }

    /// Tags with the gaps and the odd capitals that people leave.
    fn tags(&mut self, blueprint: &Blueprint) -> (Option<usize>, Map<String, Value>) {
        let mut tags = Map::new();
        if self.random.chance(0.06) {
            return (None, tags);
        }
        let mut team = self.catalogue.teams.iter().position(|team| team.key == blueprint.team);
        if self.random.chance(0.06) {
            team = None;
        }
        if let Some(team) = team {
            let spelled = match self.random.between(0, 14) {
                0 => blueprint.team.to_uppercase(),
                1 => capitalised(&blueprint.team),
                _ => blueprint.team.clone(),
            };
            tags.insert("team".into(), spelled.into());
            if self.random.chance(0.95) {
                tags.insert("cost_center".into(), self.catalogue.teams[team].cost_center.clone().into());
            }
        }
        if !blueprint.project.is_empty() {
            tags.insert("project".into(), blueprint.project.clone().into());
        }
        let env = if self.random.chance(0.04) { capitalised(&blueprint.env) } else { blueprint.env.clone() };
        tags.insert("env".into(), env.into());
        (team, tags)
    }

    fn new_id(&mut self, kind: &Kind, region: &Region, name: &str) -> String {
        loop {
            let id = match kind.id {
                IdStyle::Name => format!("{}{name}", kind.prefix),
                IdStyle::Region => format!("{}{}{}", kind.prefix, region.id_infix, self.random.text(LETTERS, 14)),
                IdStyle::Short => format!("{}{}", kind.prefix, self.random.text(LETTERS, 8)),
                IdStyle::Hex => format!("{}{}", kind.prefix, self.random.text(HEX, 16)),
                IdStyle::Upper => format!("{}{}", kind.prefix, self.random.text(CAPITALS, 13)),
            };
            if self.ids.insert(id.clone()) || kind.id == IdStyle::Name {
                return id;
            }
        }
    }

    fn zone(&mut self, blueprint: &Blueprint, region: &Region) -> String {
        if !matches!(blueprint.kind.as_str(), "Instance" | "Disk" | "Database" | "PolarDB Cluster" | "MongoDB" | "Cache") {
            return String::new();
        }
        let zone = self.random.pick(region.zones.as_bytes()).copied().map_or('a', char::from);
        let dash = if region.provider == "aws" { "" } else { "-" };
        format!("{}{dash}{zone}", region.id)
    }

    fn attached_to(&self, name: &str) -> String {
        named(&self.resources, name).map_or_else(String::new, |resource| self.resources[resource].id.clone())
    }

    fn healthy_config(&self, blueprint: &Blueprint, lines: &[Line]) -> Map<String, Value> {
        let line = lines.iter().rfind(|line| self.catalogue.skus[line.sku].cores.is_some()).or(lines.first());
        let (sku, quantity) = line.map_or((None, 0.0), |line| (Some(&self.catalogue.skus[line.sku]), line.quantity));
        config::healthy(&blueprint.kind, sku, quantity, &blueprint.env)
    }

    /// A measurement near the usual one; small ones keep their size, for they are what waste is told by.
    fn around(&mut self, usual: Option<f64>) -> Option<f64> {
        let spread = 0.85 + 0.3 * self.random.unit();
        usual.map(|usual| (usual * spread * 10.0).round() / 10.0)
    }

    fn created(&mut self, blueprint: &Blueprint, provider: usize) -> Result<jiff::Timestamp, DemoError> {
        let before = -(self.calendar.days.len() as i64) - self.random.between(20, 700);
        let second = self.random.between(9 * 3600, 18 * 3600);
        self.calendar.instant(blueprint.from.unwrap_or(before as i32), provider, second)
    }
}

/// The position of a resource by its name, or the first of several of that name.
pub(crate) fn named(resources: &[Resource], name: &str) -> Option<usize> {
    let first = format!("{name}-01");
    resources.iter().position(|resource| !name.is_empty() && (resource.name == name || resource.name == first))
}

fn override_config(resource: &mut Resource, text: &str) {
    for (key, value) in config::overrides(text) {
        match key {
            "Encrypted" => resource.encrypted = value.as_bool(),
            "PubliclyAccessible" => resource.public = value.as_bool().unwrap_or_default(),
            _ => {
                resource.config.insert(key.to_owned(), value);
            }
        }
    }
}

fn encryptable(kind: &str) -> bool {
    matches!(
        kind,
        "Instance" | "Disk" | "Snapshot" | "Bucket" | "Database" | "PolarDB Cluster" | "MongoDB" | "Cache" | "File System" | "Log Project"
    )
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
