//! What clients get.

use super::*;
use crate::language::Language;
use async_graphql::{EmptyMutation, EmptySubscription, Request, Schema, value};
use chrono::{TimeZone, Utc};

impl World {
    /// Answers a query as the resolvers do; who may send it is the business of `access`.
    async fn answer(&self, query: &str, language: Language) -> Result<async_graphql::Value, String> {
        let noon = Utc.with_ymd_and_hms(2021, 6, 1, 12, 0, 0).single().expect("an instant");
        let scope = self.scope_at(Clock::starting_at(noon), Purpose::Expiry);
        let request = Request::new(query).data(scope).data(language).data(Catalogues::default());
        let schema = Schema::new(IndicatorQueries, EmptyMutation, EmptySubscription);
        let response = schema.execute(request).await;
        response.errors.first().map_or(Ok(response.data), |error| Err(error.message.clone()))
    }
}

#[tokio::test]
async fn sets_are_those_in_use_on_the_day_for_the_sector_and_the_audience() {
    let world = World::new().await;
    world.import(&[("a.toml", FILE), ("b.toml", &next_version())]).await.expect("imports");
    let query = r#"{
        today: indicatorSets { set version validFrom validUntil }
        later: indicatorSets(validOn: "2022-01-01") { version }
        before: indicatorSets(validOn: "2020-01-31") { version }
        health: indicatorSets(sector: HEALTH, audience: ANY) { version }
        police: indicatorSets(sector: POLICE) { version }
        children: indicatorSets(audience: CHILD) { version }
    }"#;
    let expected = value!({
        "today": [{ "set": "signs", "version": "2020", "validFrom": "2020-02-01", "validUntil": "2022-01-01" }],
        "later": [{ "version": "2022" }],
        "before": [],
        "health": [{ "version": "2020" }],
        "police": [],
        "children": [],
    });
    assert_eq!(world.answer(query, Language::English).await, Ok(expected));
}

#[tokio::test]
async fn a_set_is_read_in_the_language_of_the_request() {
    let world = World::new().await;
    world.import(&[("a.toml", FILE)]).await.expect("imports");
    let query = "{ indicatorSets { title source rule { note } dimensions { code name indicators {
        code wording strength confirmed translation set { version } dimension { code }
    } } } }";
    let answer = |language| world.answer(query, language);
    insta::assert_json_snapshot!(answer(Language::English).await.expect("an answer").into_json().expect("JSON"));
    let latin = answer(Language::SerbianLatin).await.expect("an answer").to_string();
    assert!(latin.contains("Znakovi") && latin.contains("Drugi znak."), "{latin}");
}

#[tokio::test]
async fn a_preview_explains_each_version_once_in_the_order_of_the_catalogue() {
    let world = World::new().await;
    import_embedded(&world.database, world.clock).await.expect("imports");
    let query = r#"{ previewEvaluation(indicators: [
        { set: "unodc-general", code: "UN-G-02" }
        { set: "ilo-delphi-adult-labour", code: "AL-EX-02", remark: "seen twice" }
        { set: "ilo-delphi-adult-labour", version: "2009-09-revised", code: "AL-EX-01" }
        { set: "ilo-delphi-adult-labour", code: "AL-EX-02" }
    ]) { set { set } suffices conclusion caution dimensions { code met ticked { code } } } }"#;
    let answer = world.answer(query, Language::English).await.expect("an answer");
    insta::assert_json_snapshot!(answer.into_json().expect("JSON"));
}

#[tokio::test]
async fn a_preview_refuses_what_it_cannot_read_and_takes_a_version_that_has_ended() {
    let world = World::new().await;
    let ended = FILE.replace("2020-02-01\n", "2020-02-01\nvalid_until = 2021-01-01\n");
    world.import(&[("a.toml", &ended)]).await.expect("imports");
    let preview = async |tick: &str| {
        let query = format!("{{ previewEvaluation(indicators: [{tick}]) {{ conclusion }} }}");
        world.answer(&query, Language::English).await
    };
    let error = "There is no indicator set with one of these codes. `indicatorSets` lists them.";
    assert_eq!(preview(r#"{ set: "sign", code: "A-01" }"#).await, Err(error.to_owned()));
    let error = "An indicator set has no such version. Leave it out to get the one in use.";
    assert_eq!(preview(r#"{ set: "signs", version: "1", code: "A-01" }"#).await, Err(error.to_owned()));
    let error = "An indicator set has no indicator with one of these codes in this version.";
    assert_eq!(preview(r#"{ set: "signs", version: "2020", code: "A\u0000" }"#).await, Err(error.to_owned()));
    let error = "An indicator set has no version in use today.";
    assert_eq!(preview(r#"{ set: "signs", code: "A-01" }"#).await, Err(error.to_owned()));
    let conclusion = "Ticked in this set: one indicator. The set has no rule that weighs them: the list is the result.";
    let expected = value!({ "previewEvaluation": [{ "conclusion": conclusion }] });
    assert_eq!(preview(r#"{ set: "signs", version: "2020", code: "A-01" }"#).await, Ok(expected));
    let error = "A preview takes 500 indicators at most.";
    assert_eq!(preview(&r#"{ set: "signs", code: "A-01" }"#.repeat(501)).await, Err(error.to_owned()));
    assert_eq!(preview("").await, Ok(value!({ "previewEvaluation": [] })));
}

#[tokio::test]
async fn the_contract_says_what_everything_is() {
    let schema = Schema::new(IndicatorQueries, EmptyMutation, EmptySubscription);
    let descriptions = r#"{ __schema { types { kind name description enumValues { name description }
        fields { name description args { name description } } inputFields { name description } } } }"#;
    let request = Request::new(descriptions);
    let answer = schema.execute(request).await.data.into_json().expect("JSON");
    let types = answer["__schema"]["types"].as_array().expect("types");
    let own = |one: &&serde_json::Value| {
        let name = one["name"].as_str().unwrap_or_default();
        one["kind"] != "SCALAR" && !name.starts_with("__") && name != "IndicatorQueries"
    };
    let mut described = 0;
    for found in types.iter().filter(own) {
        let parts =
            ["enumValues", "fields", "inputFields"].into_iter().filter_map(|key| found[key].as_array()).flatten();
        for part in std::iter::once(found).chain(parts) {
            assert!(part["description"].as_str().is_some_and(|text| !text.is_empty()), "{}: {part}", found["name"]);
            described += 1;
        }
    }
    assert!(described > 60, "{described}");
}
