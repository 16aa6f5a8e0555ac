//! The settings: what overrides what, what is refused, and that no secret is shown.

use std::{collections::HashMap, fs};

use domain::{Access, Permission};

use super::{Config, ConfigError, KeyHash, Overrides, VARIABLES};

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cloudlens.toml");
    fs::write(&path, file).expect("written");
    let environment: HashMap<_, _> = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::from_sources(&Overrides { file: Some(path), ..Overrides::default() }, &|name| environment.get(name).cloned())
}

fn refused(file: &str, environment: &[(&str, &str)]) -> String {
    load(file, environment).expect_err("refused").to_string()
}

#[test]
fn the_environment_overrides_the_file_and_flags_override_both() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("settings.toml");
    fs::write(&path, "data = 'a'\n[server]\naddress = '127.0.0.1:1'\n[limits]\nrows = 5\n").expect("written");
    let overrides = Overrides { file: Some(path), data: Some("c".into()), ..Overrides::default() };
    let environment = |name: &str| match name {
        "CLOUDLENS_DATA" => Some("b".to_owned()),
        "CLOUDLENS_ADDRESS" => Some("localhost:2".to_owned()),
        "CLOUDLENS_LIMIT_MEMORY_MB" => Some(" 64 ".to_owned()),
        "CLOUDLENS_MODEL" => Some(String::new()),
        _ => None,
    };
    let config = Config::from_sources(&overrides, &environment).expect("settings");
    assert_eq!(config.data.to_str(), Some("c"));
    assert_eq!(config.server.address.to_string(), "127.0.0.1:2");
    assert_eq!((config.limits.rows, config.limits.memory), (5, 64 << 20));
    assert!(config.model.is_none(), "an empty variable is not set");
    let shown = config.to_toml_masked();
    assert!(shown.contains("data = \"c\"  # --data"), "{shown}");
    assert!(shown.contains("address = \"127.0.0.1:2\"  # CLOUDLENS_ADDRESS"), "{shown}");
    assert!(shown.contains("query_seconds = 30  # default"), "{shown}");
}

#[test]
fn without_anything_there_are_defaults() {
    let config = Config::from_sources(&Overrides::default(), &|_| None).expect("settings");
    assert_eq!(config.server.address.to_string(), "127.0.0.1:8080");
    assert_eq!(config.time_zone.iana_name(), Some("Asia/Shanghai"));
    assert!(config.keys.is_empty() && config.notify.is_none());
}

#[test]
fn what_does_not_fit_is_named() {
    let check = |file, expect: &str| {
        let error = refused(file, &[]);
        assert!(error.contains(expect), "{error}");
        assert!(error.contains("hint: ") || error.contains("line "), "{error}");
    };
    check("[server]\nadress = '127.0.0.1:1'", "`server.adress` is not a setting");
    check("[sever]\naddress = '127.0.0.1:1'", "`sever` is not a setting");
    check("server = 3", "`server`");
    check("[server]\naddress = 8080", "`server.address`");
    check("[server]\naddress = 'everywhere'", "`everywhere` is not an address");
    check("[limits]\nrows = 0", "`limits.rows`");
    check("[limits]\nrows = 'many'", "`limits.rows`");
    check("time_zone = 'Mars/Olympus'", "`Mars/Olympus` is not a time zone");
    check("[model]\nmodel = 'm'", "`model.base_url`");
    check("[model]\nbase_url = 'ftp://x'\nmodel = 'm'", "`model.base_url`");
    check("[notify]\nwebhook_url = 'https://x'", "`notify.secret`");
    check("a = 1\nb = \n", "line 2");
    check("[[keys]]\nname = 'a'", "needs either `hash` or `env`");
    check("[[keys]]\nname = 'a'\nhash = 'abc'", "not a SHA-256");
    check("[[keys]]\nname = 'a'\nenv = 'NOT_SET'", "`NOT_SET` is not set");
    check("[[keys]]\nname = 'a'\nhash = 'abc'\npermissions = ['rule']", "unknown variant");
    assert!(refused("", &[("CLOUDLENS_LIMIT_ROWS", "ten")]).contains("CLOUDLENS_LIMIT_ROWS"));
    assert!(refused("", &[("CLOUDLENS_API_KEY", "short")]).contains("shorter than 16"));
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let overrides = Overrides { file: Some("/nonexistent/cloudlens.toml".into()), ..Overrides::default() };
    let error = Config::from_sources(&overrides, &|_| None).expect_err("refused");
    assert!(error.to_string().contains("/nonexistent/cloudlens.toml"));
}

#[test]
fn a_key_sees_and_does_what_it_is_given() {
    let file = "[[keys]]\nname = 'ops'\nenv = 'OPS_KEY'\naccounts = ['1', '2']\npermissions = ['ask', 'approve']\nroles = ['ops']\n\
                [[keys]]\nname = 'bare'\nhash = 'AB01020304050607080910111213141516171819202122232425262728293031'\n\
                [[keys]]\nname = 'cfo'\nenv = 'OPS_KEY'\naccounts = 'all'\n";
    let config = load(file, &[("OPS_KEY", "0123456789abcdef-ops")]).expect("settings");
    let [ops, bare, cfo] = &config.keys[..] else { panic!("three keys") };
    assert!(ops.hash.matches(&KeyHash::of("0123456789abcdef-ops")));
    assert!(!ops.hash.matches(&KeyHash::of("0123456789abcdef-opt")));
    assert_eq!(ops.scope.accounts, Access::Only(vec!["1".into(), "2".into()]));
    assert!(ops.scope.may(Permission::Approve) && !ops.scope.may(Permission::Administer));
    assert_eq!(bare.scope.accounts, Access::Only(vec![]), "deny by default");
    assert_eq!(bare.scope.permissions, [Permission::Ask].into());
    assert_eq!(bare.hash.to_hex(), "ab01020304050607080910111213141516171819202122232425262728293031");
    assert_eq!(cfo.scope.accounts, Access::All);
}

#[test]
fn no_secret_is_shown() {
    let file = "[model]\nbase_url = 'https://m'\napi_key = 'hush-model'\nmodel = 'm'\n\
                [notify]\nwebhook_url = 'https://x/hush-robot'\nsecret = 'hush-sign'\n[[keys]]\nname = 'k'\nenv = 'K'";
    let config = load(file, &[("K", "hush-0123456789abcdef"), ("CLOUDLENS_API_KEY", "hush-fedcba9876543210")]).expect("settings");
    for shown in [config.to_toml_masked(), format!("{config:?}")] {
        assert!(!shown.contains("hush"), "{shown}");
        assert!(!shown.contains(&KeyHash::of("hush-0123456789abcdef").to_hex()), "{shown}");
    }
    let again: toml::Table = config.to_toml_masked().parse().expect("what is shown is TOML");
    assert_eq!(again["model"]["model"].as_str(), Some("m"));
    assert_eq!(again["keys"].as_array().map(Vec::len), Some(2));
}

#[test]
fn every_variable_sets_a_setting_and_is_explained() {
    for variable in VARIABLES {
        assert!(variable.name.starts_with("CLOUDLENS_"));
        assert!(!variable.meaning().zh.is_empty() && !variable.meaning().en.is_empty());
        // A value no setting takes is refused under the setting's own name: so the variable reaches it. Free texts take any value.
        if !variable.secret && !["data", "model.model"].contains(&variable.setting) {
            assert!(refused("", &[(variable.name, "!")]).contains(variable.setting), "{}", variable.name);
        }
    }
}
