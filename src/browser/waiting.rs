//! Those who wait: for a refresh to end, or for the sign-out to be told.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

/// A value that comes later, once.
#[derive(Debug)]
pub(super) struct Promised<T>(Rc<RefCell<State<T>>>);

/// Where the value is handed in.
#[derive(Debug)]
pub(super) struct Resolver<T>(Weak<RefCell<State<T>>>);

#[derive(Debug)]
struct State<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

pub(super) fn promised<T>() -> (Promised<T>, Resolver<T>) {
    let state = Rc::new(RefCell::new(State {
        value: None,
        waker: None,
    }));
    let resolver = Resolver(Rc::downgrade(&state));
    (Promised(state), resolver)
}

impl<T> Resolver<T> {
    /// The first value counts.
    pub(super) fn resolve(&self, value: T) {
        let Some(state) = self.0.upgrade() else {
            return;
        };
        let mut state = state.borrow_mut();
        state.value.get_or_insert(value);
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }
}

impl<T> Future for Promised<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut state = self.0.borrow_mut();
        match state.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
