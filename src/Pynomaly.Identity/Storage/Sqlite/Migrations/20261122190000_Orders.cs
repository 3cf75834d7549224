using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pynomaly.Identity.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Orders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_users_disabled_created",
                table: "users",
                columns: new[] { "created", "id" },
                filter: "is_disabled");

            migrationBuilder.CreateIndex(
                name: "ix_users_leaving_created",
                table: "users",
                columns: new[] { "created", "id" },
                filter: "delete_after IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_users_locked_created",
                table: "users",
                columns: new[] { "created", "id", "lockout_end" },
                filter: "lockout_end IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_users_disabled_created",
                table: "users");

            migrationBuilder.DropIndex(
                name: "ix_users_leaving_created",
                table: "users");

            migrationBuilder.DropIndex(
                name: "ix_users_locked_created",
                table: "users");
        }
    }
}
