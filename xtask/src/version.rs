//! Versions, as tools print them.

use std::fmt;

/// `major.minor.patch`; whatever follows (a build number, a fourth part, a commit) is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
}

impl Version {
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// The first version in what a tool prints for `--version`, such as `wasm-pack 0.15.1`,
    /// `v20.20.2` or `Chromium 156.0.8078.79 built on Debian`.
    pub fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(Self::parse)
    }

    fn parse(word: &str) -> Option<Self> {
        let mut parts = word.strip_prefix('v').unwrap_or(word).split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        let patch = parts.next()?;
        let digits = patch
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(patch.len());
        Some(Self::new(major, minor, patch[..digits].parse().ok()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_in_what_the_tools_print() {
        let cases = [
            ("wasm-pack 0.15.1\n", Version::new(0, 15, 1)),
            ("v20.20.2\n", Version::new(20, 20, 2)),
            ("wasm-bindgen 0.2.130 (a1b2c3d4e)", Version::new(0, 2, 130)),
            (
                "Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)",
                Version::new(156, 0, 8078),
            ),
            (
                "ChromeDriver 156.0.8078.79 (a21ce95c-refs/branch-heads/8078@{#1704})",
                Version::new(156, 0, 8078),
            ),
            (
                "Google Chrome for Testing 157.0.1.2",
                Version::new(157, 0, 1),
            ),
            ("23.0.0-nightly2026", Version::new(23, 0, 0)),
        ];
        for (printed, version) in cases {
            assert_eq!(Version::find(printed), Some(version), "{printed}");
        }
    }

    #[test]
    fn absent_from_other_words() {
        for printed in [
            "",
            "command not found",
            "1.2",
            "version x.y.z",
            "12 (bookworm)",
            "1.2.x",
        ] {
            assert_eq!(Version::find(printed), None, "{printed}");
        }
    }

    #[test]
    fn ordered_by_number_not_by_text() {
        assert!(Version::new(0, 2, 130) > Version::new(0, 2, 99));
        assert!(Version::new(9, 0, 0) < Version::new(20, 0, 0));
    }
}
