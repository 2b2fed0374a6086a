//! A method as DataFusion wants a function: with a name, and told apart by it.

use std::fmt;
use std::hash::{Hash, Hasher};

use datafusion::logical_expr::{Signature, Volatility};

/// A method with the name it has in SQL; types of arguments are its own affair.
pub(super) struct Named<M: ?Sized + 'static> {
    pub(super) name: &'static str,
    pub(super) method: &'static M,
    pub(super) signature: Signature,
}

impl<M: ?Sized> Named<M> {
    pub(super) fn new(name: &'static str, method: &'static M) -> Self {
        Self {
            name,
            method,
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }
}

impl<M: ?Sized> fmt::Debug for Named<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl<M: ?Sized> PartialEq for Named<M> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<M: ?Sized> Eq for Named<M> {}

impl<M: ?Sized> Hash for Named<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}
