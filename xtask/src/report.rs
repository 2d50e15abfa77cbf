//! What the person at the terminal sees of a step.

use std::time::Instant;

/// Announces a part of the work that prints lines of its own.
pub fn heading(title: &str) {
    println!("\n== {title}");
}

/// One line about what is being done, or what was found.
pub fn note(subject: &str, text: &str) {
    println!("   {subject:<12} {text}");
}

/// Does one step between a line that says what and why, and a line that says how long it took.
pub fn timed<T>(
    subject: &str,
    text: &str,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    note(subject, &format!("{text} ..."));
    let start = Instant::now();
    let result = work()?;
    note(
        subject,
        &format!("done in {:.1} s", start.elapsed().as_secs_f32()),
    );
    Ok(result)
}
