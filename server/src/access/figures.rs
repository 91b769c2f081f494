//! Numbers of a tally beside how many rows there are: sums, latest days, how many different keys.

use super::Result;
use super::find::Tally;
use super::policy::Policy;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, IntoCondition, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, FromQueryResult, QuerySelect, QueryTrait};

/// One number of each group of a tally, or the keys of what it counts.
pub struct Figure {
    what: What,
    of: SimpleExpr,
    among: Option<Condition>,
}

#[derive(Clone, Copy)]
enum What {
    Sum,
    Latest,
    Earliest,
    Distinct,
    Keys,
}

impl Figure {
    /// The sum of a column of whole numbers; nothing where there is no row.
    pub fn sum(column: impl ColumnTrait) -> Self {
        Self::new(What::Sum, column)
    }

    /// The latest day or instant; nothing where there is no row.
    pub fn latest(column: impl ColumnTrait) -> Self {
        Self::new(What::Latest, column)
    }

    /// The earliest day or instant; nothing where there is no row.
    pub fn earliest(column: impl ColumnTrait) -> Self {
        Self::new(What::Earliest, column)
    }

    /// How many different values there are.
    pub fn distinct(column: impl ColumnTrait) -> Self {
        Self::new(What::Distinct, column)
    }

    /// The keys in a column, 32 hexadecimal digits each, one behind the other: so that groups of groups can be made without
    /// counting anything twice. Nothing where there is no row.
    pub fn keys(column: impl ColumnTrait) -> Self {
        Self::new(What::Keys, column)
    }

    fn new(what: What, column: impl ColumnTrait) -> Self {
        Self { what, of: column.into_expr(), among: None }
    }

    /// The same, of those rows alone that meet this condition.
    #[must_use]
    pub fn among(mut self, rows: impl IntoCondition) -> Self {
        self.among = Some(rows.into_condition());
        self
    }

    fn expression(self, backend: DbBackend) -> SimpleExpr {
        let postgres = backend == DbBackend::Postgres;
        let of = match self.what {
            What::Keys if postgres => {
                let bytes = Func::cust("uuid_send").arg(self.of);
                Func::cust("encode").arg(bytes).arg(Expr::cust("'hex'")).into()
            }
            What::Keys => Func::cust("HEX").arg(self.of).into(),
            _ => self.of,
        };
        let of: SimpleExpr = match self.among {
            Some(rows) => CaseStatement::new().case(rows, of).into(),
            None => of,
        };
        match self.what {
            What::Sum => Func::sum(of).into(),
            What::Latest => Func::max(of).into(),
            What::Earliest => Func::min(of).into(),
            What::Distinct => of.count_distinct(),
            What::Keys => {
                let joined = if postgres { "STRING_AGG" } else { "GROUP_CONCAT" };
                Func::cust(joined).arg(of).arg(Expr::cust("''")).into()
            }
        }
    }
}

impl<E: Policy> Tally<E> {
    /// Grouped by this column as well, whose value the field of that name takes.
    #[must_use]
    pub fn each(mut self, name: &'static str, column: impl ColumnTrait) -> Self {
        self.select = self.select.column_as(column.into_expr(), name).group_by(column);
        self
    }

    /// With this figure of each group, which the field of that name takes.
    #[must_use]
    pub fn figure(mut self, name: &'static str, figure: Figure) -> Self {
        self.select = self.select.expr_as(figure.expression(self.transaction.get_database_backend()), name);
        self
    }

    /// The groups with their figures.
    pub async fn figures<T: FromQueryResult>(self) -> Result<Vec<T>> {
        let statement = self.select.build(self.transaction.get_database_backend());
        let rows = self.transaction.query_all_raw(statement).await?;
        let groups = rows.iter().map(|row| T::from_query_result(row, "")).collect::<std::result::Result<_, _>>()?;
        self.transaction.commit().await?;
        self.scope.count(self.transaction.statements());
        Ok(groups)
    }
}
