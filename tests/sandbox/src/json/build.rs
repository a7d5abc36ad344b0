//! Documents as they are written.

use std::borrow::Cow;

use super::{List, Map, Text, Value};

/// A value from JSON with expressions in it, as `serde_json::json!` makes one; an expression is
/// anything that is a [`ToValue`], and is copied.
macro_rules! json {
    (null) => { $crate::json::Value::Null };
    ([ $($items:tt)* ]) => {
        $crate::json::Value::Array($crate::json::json!(@list [] $($items)*))
    };
    ({ $($fields:tt)* }) => {{
        #[allow(unused_mut, reason = "an empty object stays as it is")]
        let mut map = $crate::json::Map::new();
        $crate::json::json!(@fields map $($fields)*);
        $crate::json::Value::Object(map)
    }};

    (@list [ $($done:expr,)* ]) => {
        $crate::json::List::from(<[$crate::json::Value]>::into_vec(Box::new([ $($done,)* ])))
    };
    (@list [ $($done:expr,)* ] null $(, $($rest:tt)*)?) => {
        $crate::json::json!(@list [ $($done,)* $crate::json::Value::Null, ] $($($rest)*)?)
    };
    (@list [ $($done:expr,)* ] { $($fields:tt)* } $(, $($rest:tt)*)?) => {
        $crate::json::json!(
            @list [ $($done,)* $crate::json::json!({ $($fields)* }), ] $($($rest)*)?
        )
    };
    (@list [ $($done:expr,)* ] [ $($items:tt)* ] $(, $($rest:tt)*)?) => {
        $crate::json::json!(
            @list [ $($done,)* $crate::json::json!([ $($items)* ]), ] $($($rest)*)?
        )
    };
    (@list [ $($done:expr,)* ] $item:expr $(, $($rest:tt)*)?) => {
        $crate::json::json!(
            @list [ $($done,)* $crate::json::ToValue::to_value(&$item), ] $($($rest)*)?
        )
    };

    (@fields $map:ident) => {};
    (@fields $map:ident $name:tt : null $(, $($rest:tt)*)?) => {
        $map.insert($name, $crate::json::Value::Null);
        $crate::json::json!(@fields $map $($($rest)*)?);
    };
    (@fields $map:ident $name:tt : { $($fields:tt)* } $(, $($rest:tt)*)?) => {
        $map.insert($name, $crate::json::json!({ $($fields)* }));
        $crate::json::json!(@fields $map $($($rest)*)?);
    };
    (@fields $map:ident $name:tt : [ $($items:tt)* ] $(, $($rest:tt)*)?) => {
        $map.insert($name, $crate::json::json!([ $($items)* ]));
        $crate::json::json!(@fields $map $($($rest)*)?);
    };
    (@fields $map:ident $name:tt : $value:expr $(, $($rest:tt)*)?) => {
        $map.insert($name, $crate::json::ToValue::to_value(&$value));
        $crate::json::json!(@fields $map $($($rest)*)?);
    };

    ($value:expr) => { $crate::json::ToValue::to_value(&$value) };
}

pub(crate) use json;

/// What can stand in a document.
pub trait ToValue {
    /// As a value.
    fn to_value(&self) -> Value;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
}

impl<T: ToValue> ToValue for [T] {
    fn to_value(&self) -> Value {
        Value::Array(self.iter().map(T::to_value).collect())
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Value {
        self.as_slice().to_value()
    }
}

impl<T: ToValue, const N: usize> ToValue for [T; N] {
    fn to_value(&self) -> Value {
        self.as_slice().to_value()
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        self.into()
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> Value {
        (**self).into()
    }
}

/// Rows of what is copied.
macro_rules! copied {
    ($($of:ty)*) => {
        $(impl ToValue for $of {
            fn to_value(&self) -> Value {
                self.clone().into()
            }
        })*
    };
}

copied!(bool u8 i32 i64 u16 u32 u64 usize f64 Text String Value List Map);
