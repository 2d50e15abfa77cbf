//! A plain value from outside, before anybody believed it: what options and JSON answers arrive as.

/// What JavaScript or a JSON document holds.
#[derive(Clone, Debug, PartialEq)]
// A tag of its own takes less code to read than one that is hidden in a field.
#[repr(u8)]
pub enum Value {
    /// `null` or `undefined`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number; JavaScript has only this kind.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Self>),
    /// An object, in its own order.
    Map(Vec<(String, Self)>),
    /// A function.
    Function,
    /// An object with a `test` function: a `RegExp`, a `URLPattern`, or the user's own.
    Matcher,
    /// Anything else: a symbol, a bigint, an instance of some class.
    Other,
}

impl Value {
    /// An object of these members.
    #[must_use]
    pub fn object(members: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        Self::Map(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// Gives an object one more member.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<Self>) {
        if let Self::Map(members) = self {
            members.push((name.to_owned(), value.into()));
        }
    }

    /// The member called `name`, if this is an object that has it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What kind of value this is, for error messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Map(_) => "an object",
            Self::Function => "a function",
            Self::Matcher => "an object with test()",
            Self::Other => "something else",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Nothing is `null`.
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}
