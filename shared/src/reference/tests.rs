//! That nothing is left out, and that the examples are understood.

use super::*;
use crate::config::Config;

/// The reason after this one: who adds a reason must add it here, and then to the table.
fn reason_after(reason: Reason) -> Option<Reason> {
    match reason {
        Reason::NoRule => Some(Reason::Excluded),
        Reason::Excluded => Some(Reason::InvalidRules),
        Reason::InvalidRules => Some(Reason::Override),
        Reason::Override => Some(Reason::Requested),
        Reason::Requested => Some(Reason::OffHours),
        Reason::OffHours => Some(Reason::Holiday),
        Reason::Holiday => Some(Reason::Idle),
        Reason::Idle => Some(Reason::WorkingHours),
        Reason::WorkingHours => Some(Reason::Active),
        Reason::Active => None,
    }
}

/// The same of codes.
fn code_after(code: Code) -> Option<Code> {
    match code {
        Code::InvalidValue => Some(Code::UnknownName),
        Code::UnknownName => Some(Code::UnknownKey),
        Code::UnknownKey => Some(Code::WrongPlace),
        Code::WrongPlace => Some(Code::TextCut),
        Code::TextCut => Some(Code::IdleWithoutWake),
        Code::IdleWithoutWake => Some(Code::Misleading),
        Code::Misleading => Some(Code::StartedByOther),
        Code::StartedByOther => Some(Code::SavedUnreadable),
        Code::SavedUnreadable => Some(Code::SavedMissing),
        Code::SavedMissing => Some(Code::Contested),
        Code::Contested => Some(Code::RolloutInProgress),
        Code::RolloutInProgress => Some(Code::RolloutStuck),
        Code::RolloutStuck => Some(Code::WouldDeleteVolumes),
        Code::WouldDeleteVolumes => Some(Code::FloorUnderAutoscaler),
        Code::FloorUnderAutoscaler => Some(Code::WillCatchUp),
        Code::WillCatchUp => Some(Code::OwnedByOther),
        Code::OwnedByOther => Some(Code::WaveLate),
        Code::WaveLate => Some(Code::InvalidConfig),
        Code::InvalidConfig => Some(Code::InvalidManifest),
        Code::InvalidManifest => None,
    }
}

#[test]
fn every_reason_and_every_code_has_a_meaning() {
    let reasons = std::iter::successors(Some(Reason::NoRule), |it| reason_after(*it));
    assert!(REASONS.iter().map(|(reason, _)| *reason).eq(reasons));
    let codes = std::iter::successors(Some(Code::InvalidValue), |it| code_after(*it));
    assert!(CODES.iter().map(|(code, _)| *code).eq(codes));
}

#[test]
fn every_key_of_the_configuration_is_there_and_its_example_is_understood() {
    for setting in SETTINGS {
        let read = Config::parse(setting.example);
        assert!(read.is_ok(), "{}: {read:?}", setting.path);
        assert_ne!(read.unwrap(), Config::default(), "{}", setting.path);
    }
    let mut first: Vec<&str> = SETTINGS
        .iter()
        .filter_map(|it| it.path.split('.').next())
        .collect();
    first.dedup();
    assert_eq!(first, crate::config::read::TOP);
}
