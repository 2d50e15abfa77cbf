//! Inputs that several targets have in common.

use arbitrary::{Arbitrary, Result, Unstructured};
use oauth_refresh_wasm::core::value::Value;

/// A value from outside, as deep as the shell reads.
#[derive(Clone, Debug)]
pub struct AnyValue(pub Value);

const DEEPEST: u32 = 4;

/// What answers and options are about. Any other name comes up too.
const NAMES: &[&str] = &[
    "access_token",
    "refresh_token",
    "id_token",
    "token_type",
    "expires_in",
    "expires_at",
    "exp",
    "accessTokenExpiresIn",
    "error",
    "error_description",
    "mode",
    "baseURL",
    "origins",
    "refreshURL",
    "loginURL",
    "logoutURL",
    "sessionURL",
    "exclude",
    "refreshBefore",
    "refreshTimeout",
    "proactive",
    "unauthorized",
    "csrf",
    "cookie",
    "header",
    "value",
    "crossTab",
    "refresh",
    "tokenEndpoint",
    "clientId",
    "tokenRequestFormat",
    "revocationEndpoint",
    "scope",
    "tokens",
    "dpop",
    "onSessionEnded",
    "redirectTo",
    "debug",
    "clientSecret",
];

const TEXTS: &[&str] = &[
    "cookie",
    "bearer",
    "form",
    "json",
    "visible",
    "always",
    "Bearer",
    "DPoP",
    "invalid_grant",
    "invalid_client",
    "/auth/refresh",
    "/public/*",
    "https://api.example.com/x",
    "http://localhost:1/t",
    "300",
    "",
];

impl<'a> Arbitrary<'a> for AnyValue {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        value(input, DEEPEST).map(Self)
    }
}

/// An object, which most of what is read is.
pub fn object(input: &mut Unstructured<'_>) -> Result<Value> {
    members(input, DEEPEST).map(Value::Map)
}

fn value(input: &mut Unstructured<'_>, depth: u32) -> Result<Value> {
    Ok(match input.int_in_range(0..=9)? {
        0 => Value::Null,
        1 => Value::Bool(bool::arbitrary(input)?),
        2 => Value::Number(f64::arbitrary(input)?),
        3 => Value::Number(i32::arbitrary(input)?.into()),
        4 => Value::Text(String::arbitrary(input)?),
        5 => (*input.choose(TEXTS)?).into(),
        6 if depth > 0 => {
            let items = input.int_in_range(0..=4)?;
            let items = (0..items).map(|_| value(input, depth - 1));
            Value::List(items.collect::<Result<_>>()?)
        }
        7 if depth > 0 => Value::Map(members(input, depth - 1)?),
        8 => Value::Function,
        9 => Value::Matcher,
        _ => Value::Other,
    })
}

fn members(input: &mut Unstructured<'_>, depth: u32) -> Result<Vec<(String, Value)>> {
    let members = input.int_in_range(0..=6)?;
    let members = (0..members).map(|_| {
        let name = match input.ratio(7_u8, 8_u8)? {
            true => (*input.choose(NAMES)?).to_owned(),
            false => String::arbitrary(input)?,
        };
        Ok((name, value(input, depth)?))
    });
    members.collect()
}
