//! Small helpers that keep the migrations readable.

use sea_orm_migration::prelude::*;

/// A table that belongs to a tenant and has an id: `(organisation_id, id)` is unique, so that children can refer to both.
pub(crate) fn tenant_table(name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(name)
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .index(Index::create().name(format!("{name}_tenant_key")).unique().col("organisation_id").col("id"));
    table
}

/// A composite foreign key within one tenant: `(organisation_id, column)` to `(organisation_id, id)` of the other table.
pub(crate) fn within_tenant(
    from: &'static str,
    column: &'static str,
    to: &'static str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{from}_{column}_fkey"))
        .from(from, ("organisation_id", column))
        .to(to, ("organisation_id", "id"))
        .on_delete(on_delete)
        .to_owned()
}

/// A foreign key on one column, for what no tenant owns and for members of the Centre who act on a partner's rows.
pub(crate) fn reference(from: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("{from}_{column}_fkey")).from(from, column).to(to, "id").to_owned()
}

/// Drops tables, in the order given.
pub(crate) async fn drop_tables(manager: &SchemaManager<'_>, names: &[&'static str]) -> Result<(), DbErr> {
    for name in names {
        manager.drop_table(Table::drop().table(*name).to_owned()).await?;
    }
    Ok(())
}
