//! Between JavaScript's values and the core's.

use js_sys::{Array, Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::js;
use crate::core::error::Error;
use crate::core::value::Value;

/// Deeper than this nothing is read: no option and no answer means anything there, and a cycle has no end.
const DEEPEST: u32 = 4;

/// The options: besides what JSON knows, functions, matchers and URL objects.
#[cfg(feature = "npm")]
pub(super) fn options(js: &JsValue) -> Value {
    value(js, written, DEEPEST)
}

/// A value as JSON has it.
pub(super) fn plain(js: &JsValue) -> Value {
    value(js, value_of_json, DEEPEST)
}

#[cfg(feature = "npm")]
fn written(js: &JsValue, depth: u32) -> Value {
    if js.is_function() {
        return Value::Function;
    }
    if js.is_object() {
        if member(js, "test").is_function() {
            return Value::Matcher;
        }
        if let Some(href) = member(js, "href").as_string() {
            return Value::Text(href);
        }
    }
    value(js, written, depth)
}

fn value_of_json(js: &JsValue, depth: u32) -> Value {
    value(js, value_of_json, depth)
}

fn value(js: &JsValue, inner: fn(&JsValue, u32) -> Value, depth: u32) -> Value {
    if js.is_undefined() || js.is_null() {
        Value::Null
    } else if let Some(flag) = js.as_bool() {
        Value::Bool(flag)
    } else if let Some(number) = js.as_f64() {
        Value::Number(number)
    } else if let Some(text) = js.as_string() {
        Value::Text(text)
    } else if depth == 0 || !js.is_object() {
        Value::Other
    } else if let Some(items) = js.dyn_ref::<Array>() {
        Value::List(items.iter().map(|item| inner(&item, depth - 1)).collect())
    } else {
        let entries = Object::entries(js.unchecked_ref::<Object>());
        let members = entries.iter().map(|entry| {
            let entry: Array = entry.unchecked_into();
            (
                entry.get(0).as_string().unwrap_or_default(),
                inner(&entry.get(1), depth - 1),
            )
        });
        Value::Map(members.collect())
    }
}

/// The other way: a plain object, or whatever else the value is.
pub(super) fn to_js(value: &Value) -> JsValue {
    value
        .serialize(&Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
            Self::Null | Self::Function | Self::Matcher | Self::Other => {
                serializer.serialize_unit()
            }
        }
    }
}

/// The member of that name, or `undefined`.
pub(super) fn member(js: &JsValue, name: &str) -> JsValue {
    Reflect::get(js, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A plain object.
pub(super) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        set(&object, name, value);
    }
    object.into()
}

/// Sets a member; what cannot be added to stays as it is.
pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// The error as JavaScript throws it, without what came of the platform.
pub(super) fn error(error: &Error) -> JsValue {
    let oauth = error.oauth.as_ref();
    js::auth_error(
        error.code.as_str(),
        &error.message,
        error.retry_after_seconds().map(|seconds| seconds as f64),
        oauth.map(|oauth| oauth.code.as_str()),
        oauth.and_then(|oauth| oauth.description.as_deref()),
    )
}
