//! The engine as decks see it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use perspektiv_disclosure::{Publication, Published, Rule, Submission, publish_together};
use perspektiv_queries::{Engine, QueryError};
use perspektiv_reports::{Question, Source, Unanswered};

/// The engine: questions in, published results out.
pub(crate) struct EngineSource<'a> {
    engine: &'a Engine,
    /// What has been answered for several decks together; a refusal as its words.
    known: BTreeMap<Question, Result<Published, String>>,
    /// What the audience may have seen before.
    past: Vec<Publication>,
    answered: RefCell<Vec<Published>>,
}

impl<'a> EngineSource<'a> {
    /// Each deck is answered by itself, for an audience that may have seen the `past`.
    pub(crate) fn new(engine: &'a Engine, past: &[Publication]) -> Self {
        Self {
            engine,
            known: BTreeMap::new(),
            past: past.to_vec(),
            answered: RefCell::default(),
        }
    }

    /// Decks are answered together: whoever sees all of them learns no more than each tells. What has no
    /// answer is left to the deck that asks for it.
    pub(crate) fn together(
        engine: &'a Engine,
        past: &[Publication],
        questions: impl IntoIterator<Item = Question>,
    ) -> Self {
        let mut source = Self::new(engine, past);
        let mut asked: Vec<(Question, Submission)> = Vec::new();
        for question in questions.into_iter().collect::<BTreeSet<_>>() {
            match source.submission(&question) {
                Ok(submission) => asked.push((question, submission)),
                Err(error) => {
                    source.known.insert(question, Err(error.to_string()));
                }
            }
        }
        while !asked.is_empty() {
            let submissions = asked.iter().map(|(_, submission)| submission.clone()).collect();
            match source.publish(submissions) {
                Ok(published) => {
                    let published = published.into_iter().map(Ok);
                    source
                        .known
                        .extend(asked.into_iter().map(|(question, _)| question).zip(published));
                    return source;
                }
                Err(refusal) => {
                    // One that was asked before is judged with these, but is none of them.
                    let number = refusal.number.min(asked.len().saturating_sub(1));
                    let (question, _) = asked.remove(number);
                    source.known.insert(question, Err(refusal.reason.to_string()));
                }
            }
        }
        source
    }

    /// What the decks since the last time have been given: it is about to be shown.
    pub(crate) fn take_answered(&self) -> Vec<Published> {
        self.answered.take()
    }

    /// Publishes tables together with those parts of the same whole that were published before.
    fn publish(&self, mut submissions: Vec<Submission>) -> Result<Vec<Published>, Unanswered> {
        let many = submissions.len();
        let mut beside: BTreeSet<Question> = BTreeSet::new();
        for submission in &submissions {
            if let Rule::Secrecy(rule) = &submission.rule {
                let others = self
                    .past
                    .iter()
                    .filter(|past| past.is_beside(&submission.provenance, &rule.slices));
                beside.extend(others.map(|past| Question {
                    query: past.query.clone(),
                    params: past.parameters.iter().cloned().collect(),
                }));
            }
        }
        for question in beside {
            let unanswered = |reason| Unanswered { number: 0, reason };
            let other = self
                .submission(&question)
                .map_err(|error| unanswered(error.into()))?;
            if !submissions
                .iter()
                .any(|submission| submission.provenance == other.provenance)
            {
                submissions.push(other);
            }
        }
        let published = publish_together(submissions, &self.past).map_err(|refusal| Unanswered {
            number: refusal.number(),
            reason: refusal.into(),
        })?;
        Ok(published.into_iter().take(many).collect())
    }

    fn submission(&self, question: &Question) -> Result<Submission, QueryError> {
        self.engine.query(&question.query, &question.params)?.submission()
    }

    /// What has been answered before, if all has.
    fn known(&self, questions: &[Question]) -> Option<Result<Vec<Published>, Unanswered>> {
        let known: Vec<_> = questions
            .iter()
            .map(|question| self.known.get(question))
            .collect::<Option<_>>()?;
        let known = known.into_iter().enumerate().map(|(number, answer)| {
            let reason = |words: String| Unanswered {
                number,
                reason: words.into(),
            };
            answer.clone().map_err(reason)
        });
        Some(known.collect())
    }
}

impl Source for EngineSource<'_> {
    fn answers(&self, questions: &[Question]) -> Result<Vec<Published>, Unanswered> {
        let answers = match self.known(questions) {
            Some(known) => known?,
            None => {
                let submission = |(number, question)| {
                    self.submission(question).map_err(|error| Unanswered {
                        number,
                        reason: error.into(),
                    })
                };
                let submissions = questions.iter().enumerate().map(submission);
                self.publish(submissions.collect::<Result<_, _>>()?)?
            }
        };
        self.answered.borrow_mut().extend(answers.iter().cloned());
        Ok(answers)
    }

    fn created(&self) -> Option<jiff::Timestamp> {
        Some(self.engine.created())
    }
}
