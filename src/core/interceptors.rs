//! The handlers of one interceptor chain, kept as axios keeps them.

/// Handlers in the order in which they were added, each under an id of its own.
///
/// Take both snapshots of a request (of its request chain and of its response chain) when the
/// request starts: what is added or ejected while it is under way is then for the next one.
#[derive(Clone, Debug)]
pub struct Registry<H> {
    handlers: Vec<(u32, H)>,
    next_id: u32,
}

impl<H> Registry<H> {
    /// An empty registry, whose first id will be 0.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            handlers: Vec::new(),
            next_id: 0,
        }
    }

    /// Adds a handler and gives the id by which to eject it. Ids only grow, and none is given
    /// twice, not even after [`Registry::clear`].
    pub fn add(&mut self, handler: H) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        self.handlers.push((id, handler));
        id
    }

    /// Removes the handler with this id and hands it back; an unknown or stale id is no matter.
    pub fn eject(&mut self, id: u32) -> Option<H> {
        let at = self.handlers.iter().position(|(found, _)| *found == id)?;
        Some(self.handlers.remove(at).1)
    }

    /// Removes all handlers.
    pub fn clear(&mut self) {
        self.handlers.clear();
    }

    /// Whether there is nothing to run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.handlers.is_empty()
    }
}

impl<H: Clone> Registry<H> {
    /// The handlers as they are now, for a chain that later changes do not disturb; in the order
    /// of a response chain. A request chain runs the other way round.
    #[must_use]
    pub fn oldest_first(&self) -> Vec<H> {
        self.handlers
            .iter()
            .map(|(_, handler)| handler.clone())
            .collect()
    }
}

impl<H> Default for Registry<H> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_keep_the_order_in_which_they_came() {
        let mut registry = Registry::new();
        assert!(registry.is_empty());
        assert_eq!(
            [registry.add('a'), registry.add('b'), registry.add('c')],
            [0, 1, 2]
        );
        assert_eq!(registry.oldest_first(), ['a', 'b', 'c']);
        assert!(!registry.is_empty());
    }

    #[test]
    fn ids_are_never_given_twice() {
        let mut registry = Registry::default();
        assert_eq!(registry.add('a'), 0);
        assert_eq!(registry.eject(0), Some('a'));
        assert_eq!(registry.add('b'), 1);
        registry.clear();
        assert!(registry.is_empty());
        assert_eq!(registry.add('c'), 2);
    }

    #[test]
    fn eject_removes_exactly_one_and_a_stale_id_is_no_matter() {
        let mut registry = Registry::new();
        let [first, second] = [registry.add('a'), registry.add('a')];
        assert_eq!(registry.eject(first), Some('a'));
        assert_eq!(registry.eject(first), None);
        assert_eq!(registry.eject(u32::MAX), None);
        assert_eq!(registry.oldest_first(), ['a']);
        assert_eq!(registry.eject(second), Some('a'));
        assert!(registry.is_empty());
    }

    #[test]
    fn a_chain_under_way_is_not_disturbed() {
        let mut registry = Registry::new();
        let first = registry.add('a');
        registry.add('b');
        let chain = registry.oldest_first();
        registry.eject(first);
        registry.add('c');
        assert_eq!(chain, ['a', 'b']);
        assert_eq!(registry.oldest_first(), ['b', 'c']);
        registry.clear();
        assert_eq!(chain, ['a', 'b']);
    }
}
