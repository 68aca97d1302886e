-- As Entity Framework Core writes tables (ASP.NET Identity, Jellyfin): Pascal case, keys named inline.
CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
CREATE TABLE "AspNetRoles" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_AspNetRoles" PRIMARY KEY,
    "Name" TEXT NULL,
    "NormalizedName" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL
);
CREATE TABLE "AspNetUsers" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_AspNetUsers" PRIMARY KEY,
    "UserName" TEXT NULL,
    "NormalizedEmail" TEXT NULL,
    "EmailConfirmed" INTEGER NOT NULL,
    "LockoutEnd" TEXT NULL,
    "AccessFailedCount" INTEGER NOT NULL,
    "Balance" TEXT NOT NULL DEFAULT '0.0',
    "RowVersion" BLOB NULL
);
CREATE TABLE "AspNetRoleClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetRoleClaims" PRIMARY KEY AUTOINCREMENT,
    "RoleId" TEXT NOT NULL,
    "ClaimType" TEXT NULL,
    CONSTRAINT "FK_AspNetRoleClaims_AspNetRoles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "AspNetRoles" ("Id") ON DELETE CASCADE
);
CREATE TABLE "AspNetUserLogins" (
    "LoginProvider" TEXT NOT NULL,
    "ProviderKey" TEXT NOT NULL,
    "UserId" TEXT NOT NULL,
    CONSTRAINT "PK_AspNetUserLogins" PRIMARY KEY ("LoginProvider", "ProviderKey"),
    CONSTRAINT "FK_AspNetUserLogins_AspNetUsers_UserId" FOREIGN KEY ("UserId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE
);
CREATE TABLE "Blogs" (
    "BlogId" INTEGER NOT NULL CONSTRAINT "PK_Blogs" PRIMARY KEY AUTOINCREMENT,
    "Url" TEXT NOT NULL COLLATE NOCASE,
    "Created" TEXT NOT NULL DEFAULT (datetime('now')),
    "Rating" REAL NOT NULL DEFAULT 3.0,
    "Slug" AS (lower("Url")),
    "Type" INTEGER NOT NULL DEFAULT 1,
    "Guid" TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    CONSTRAINT "AK_Blogs_Url" UNIQUE ("Url"),
    CONSTRAINT "CK_Blogs_Rating" CHECK ("Rating" BETWEEN 1 AND 5)
);
CREATE TABLE "Posts" (
    "PostId" INTEGER NOT NULL CONSTRAINT "PK_Posts" PRIMARY KEY AUTOINCREMENT,
    "BlogUrl" TEXT NOT NULL,
    "Title" TEXT NULL,
    "PreviousPostId" INTEGER NULL,
    CONSTRAINT "FK_Posts_Blogs_BlogUrl" FOREIGN KEY ("BlogUrl") REFERENCES "Blogs" ("Url") ON DELETE CASCADE,
    CONSTRAINT "FK_Posts_Posts_PreviousPostId" FOREIGN KEY ("PreviousPostId") REFERENCES "Posts" ("PostId") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "RoleNameIndex" ON "AspNetRoles" ("NormalizedName");
CREATE INDEX "EmailIndex" ON "AspNetUsers" ("NormalizedEmail");
CREATE UNIQUE INDEX "IX_AspNetUsers_UserName_FilteredNotNull" ON "AspNetUsers" ("UserName") WHERE "UserName" IS NOT NULL;
CREATE INDEX "IX_Posts_BlogUrl_Title_Descending" ON "Posts" ("BlogUrl", "Title" DESC);
CREATE INDEX "IX_AspNetUserLogins_LoginProvider_ProviderKey_UserId_EmailConfirmed" ON "AspNetUserLogins" ("UserId");
