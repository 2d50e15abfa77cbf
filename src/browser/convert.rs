//! Between JavaScript's values and the core's.

use std::fmt;

use js_sys::{Array, Function, Object, Reflect};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::js::AuthError;
use crate::core::error::Error;
use crate::core::event::{Event, Phase};
use crate::core::session::Snapshot;
use crate::core::value::Value;

/// A value that a person wrote into options: besides what JSON knows, functions, matchers and URL objects.
pub(super) fn written(js: &JsValue) -> Value {
    if js.is_function() {
        Value::Function
    } else if member_function(js, "test").is_some() {
        Value::Matcher
    } else if let Some(href) = member(js, "href").as_string() {
        Value::Text(href)
    } else if let Some(items) = js.dyn_ref::<Array>() {
        Value::List(items.iter().map(|item| written(&item)).collect())
    } else {
        plain(js)
    }
}

/// The options: an object of [`written`] values.
pub(super) fn options(js: &JsValue) -> Value {
    let plain_object = js.is_object() && !Array::is_array(js);
    let Some(object) = js.dyn_ref::<Object>().filter(|_| plain_object) else {
        return written(js);
    };
    let entries = Object::entries(object);
    let members = entries.iter().map(|entry| {
        let entry: Array = entry.unchecked_into();
        (entry.get(0).as_string().unwrap_or_default(), written(&entry.get(1)))
    });
    Value::Map(members.collect())
}

/// A value as JSON has it.
pub(super) fn plain(js: &JsValue) -> Value {
    serde_wasm_bindgen::from_value(js.clone()).unwrap_or(Value::Other)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_byte_buf<E>(self, _: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some((Value::Text(name), value)) = members.next_entry()? {
            map.push((name, value));
        }
        Ok(Value::Map(map))
    }
}

/// The member of that name, or `undefined`.
pub(super) fn member(js: &JsValue, name: &str) -> JsValue {
    Reflect::get(js, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// The method of that name.
pub(super) fn member_function(js: &JsValue, name: &str) -> Option<Function> {
    member(js, name).dyn_into().ok()
}

/// A plain object.
pub(super) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// The session as the outside sees it; frozen, for the same object is given to everybody.
pub(super) fn snapshot(snapshot: Snapshot) -> JsValue {
    let made = object(&[
        ("status", snapshot.status.as_str().into()),
        ("expiresAt", snapshot.expires_at.map_or(JsValue::NULL, |at| (at as f64).into())),
        ("generation", snapshot.generation.into()),
    ]);
    Object::freeze(made.unchecked_ref::<Object>()).into()
}

/// What came with an error.
#[derive(Debug, Default)]
pub(super) struct Circumstances<'a> {
    /// What the platform said.
    pub cause: Option<&'a JsValue>,
    /// The answer that could not be cured.
    pub response: Option<&'a JsValue>,
}

/// The error as JavaScript throws it.
pub(super) fn error(error: &Error, with: &Circumstances<'_>) -> JsValue {
    let or_undefined = |value: Option<&JsValue>| value.cloned().unwrap_or(JsValue::UNDEFINED);
    let seconds = error.retry_after_seconds().map_or(JsValue::UNDEFINED, |seconds| (seconds as f64).into());
    let details = object(&[
        ("cause", or_undefined(with.cause)),
        ("response", or_undefined(with.response)),
        ("retryAfter", seconds),
    ]);
    AuthError::new(error.code.as_str(), &error.message, &details).into()
}

/// An event's name, and what its listeners get.
pub(super) fn event(event: &Event, cause: Option<&JsValue>) -> (&'static str, JsValue) {
    match event {
        Event::Refresh { trigger, phase } => {
            let trigger = ("trigger", trigger.as_str().into());
            let members = match phase {
                Phase::Start => object(&[("phase", "start".into()), trigger]),
                Phase::Success(duration) => {
                    object(&[("phase", "success".into()), trigger, ("duration", (*duration as f64).into())])
                }
                Phase::Failure(duration, failure) => object(&[
                    ("phase", "failure".into()),
                    trigger,
                    ("duration", (*duration as f64).into()),
                    ("error", error(failure, &Circumstances { cause, response: None })),
                ]),
            };
            ("refresh", members)
        }
        Event::SessionStart { generation } => ("sessionstart", object(&[("generation", (*generation).into())])),
        Event::SessionEnd { reason } => ("sessionend", object(&[("reason", reason.as_str().into())])),
        Event::StepUp { acr_values, max_age } => (
            "stepup",
            object(&[
                ("acrValues", acr_values.as_deref().map_or(JsValue::NULL, JsValue::from_str)),
                ("maxAge", max_age.map_or(JsValue::NULL, |age| (age as f64).into())),
            ]),
        ),
        Event::Warning { code, message } => {
            ("warning", object(&[("code", code.as_str().into()), ("message", message.as_str().into())]))
        }
    }
}
