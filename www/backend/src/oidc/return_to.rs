//! Where the browser may be sent after a sign-in: to a page of this server, and nowhere else.

use url::Url;

/// The longest `return_to`, in bytes.
const MOST_BYTES: usize = 2048;

/// A path of this server, with its query and fragment, as an absolute URL.
///
/// Absolute, because a browser takes a `Location` like `//elsewhere.example` for another host, and
/// a path can become that when its dots are resolved.
///
/// # Errors
/// A sentence, when it is not a path, or leads away from `public_url`.
pub fn parse(text: &str, public_url: &Url) -> Result<Url, String> {
    let refused = || {
        format!(
            "return_to has to be a path of {public_url}, such as /settings?tab=2; it begins with one \
             slash, and not with /auth/"
        )
    };
    // What browsers skip (tabs, line breaks) or take for a slash has no place in a path that a
    // page wrote.
    let disguised = text.contains(|c: char| c.is_control() || c == '\\');
    let one_slash = text.starts_with('/') && !text.starts_with("//");
    if !one_slash || disguised || text.len() > MOST_BYTES {
        return Err(refused());
    }
    let url = public_url.join(text).map_err(|_| refused())?;
    let ours = url.origin() == public_url.origin() && !url.path().starts_with("//");
    if !ours || url.path().starts_with("/auth/") {
        return Err(refused());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, String> {
        parse(text, &Url::parse("https://app.example.com").unwrap()).map(String::from)
    }

    #[test]
    fn a_path_keeps_its_query_and_fragment() {
        for path in [
            "/",
            "/a/b?c=d&e=%2F#f",
            "/?next=https://x.example",
            "/a/../b",
        ] {
            let url = parsed(path).unwrap();
            assert!(url.starts_with("https://app.example.com/"), "{url}");
        }
        assert_eq!(parsed("/a?b#c").unwrap(), "https://app.example.com/a?b#c");
    }

    #[test]
    fn an_open_redirect_is_refused_however_it_is_spelled() {
        for evil in [
            "",
            "a",
            "https://evil.example/",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/.//evil.example",
            "/a/..//evil.example",
            "/%2e//evil.example",
            "javascript:alert(1)",
            " /a",
            // A sign-in that ends in a sign-in goes round for ever.
            "/auth/login?return_to=/auth/login",
            "/a/../auth/login",
        ] {
            let sentence = parsed(evil).unwrap_err();
            assert!(sentence.starts_with("return_to"), "{evil:?}");
        }
        assert!(parsed(&format!("/{}", "a".repeat(MOST_BYTES))).is_err());
    }
}
