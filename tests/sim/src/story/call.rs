//! What can happen to one call, each by the name that is typed.

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// What happens to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallFault {
    /// It never arrives, and the client is told.
    Lost,
    /// It is carried out, and the client is told that the connection broke.
    AnswerLost,
    /// It never arrives, and nobody says so.
    Hangs,
    /// It is carried out, and nobody says so.
    AnswerHangs,
    /// It is carried out, and the answer stops in the middle.
    BodyHangs,
    /// It is not carried out, and answered with this.
    Refused(u16),
    /// It is carried out, and answered with this all the same.
    Failed(u16),
    /// It arrives seconds later.
    Late,
    /// The process is killed before it leaves.
    KilledBefore,
    /// The process is killed once it is carried out.
    KilledAfter,
}

impl CallFault {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Lost,
        Self::AnswerLost,
        Self::Hangs,
        Self::AnswerHangs,
        Self::BodyHangs,
        Self::Refused(409),
        Self::Refused(410),
        Self::Refused(422),
        Self::Refused(429),
        Self::Refused(500),
        Self::Refused(504),
        Self::Failed(500),
        Self::Failed(504),
        Self::Late,
        Self::KilledBefore,
        Self::KilledAfter,
    ];
}

/// As they are typed, in the same order.
const NAMES: [&str; CallFault::ALL.len()] = [
    "lost",
    "answer-lost",
    "hangs",
    "answer-hangs",
    "body-hangs",
    "refused-409",
    "refused-410",
    "refused-422",
    "refused-429",
    "refused-500",
    "refused-504",
    "failed-500",
    "failed-504",
    "late",
    "killed-before",
    "killed-after",
];

impl CallFault {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        let rows = Self::ALL.into_iter().zip(NAMES);
        let mut names = rows.filter_map(|(fault, name)| (fault == self).then_some(name));
        names.next().expect("each that is played has a name")
    }
}

impl ValueEnum for CallFault {
    fn value_variants<'a>() -> &'a [Self] {
        const { &CallFault::ALL }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_it_does() {
        let names = CallFault::ALL.map(CallFault::name);
        let told = CallFault::ALL.map(|fault| {
            let mut told = String::new();
            for letter in format!("{fault:?}").chars().filter(|it| *it != ')') {
                if (letter.is_uppercase() || letter == '(') && !told.is_empty() {
                    told.push('-');
                }
                told.extend(letter.to_lowercase().filter(|it| *it != '('));
            }
            told
        });
        assert_eq!(names.map(str::to_owned), told);
    }
}
