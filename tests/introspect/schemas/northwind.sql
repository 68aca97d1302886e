-- Northwind as it travels between databases: brackets, names with blanks, types and checks of SQL Server, views.
CREATE TABLE [Categories]
(      [CategoryID] INTEGER PRIMARY KEY AUTOINCREMENT,
       [CategoryName] TEXT,
       [Description] TEXT,
       [Picture] BLOB
);
CREATE TABLE [CustomerDemographics](
   [CustomerTypeID] nchar(10) NOT NULL,
   [CustomerDesc] ntext NULL,
    PRIMARY KEY ("CustomerTypeID")
);
CREATE TABLE [Customers]
(      [CustomerID] nchar(5) NOT NULL PRIMARY KEY,
       [CompanyName] nvarchar(40) NOT NULL,
       [Postal Code] nvarchar(10),
       [Credit] money DEFAULT 0,
       [Active] bit NOT NULL DEFAULT (1)
);
CREATE TABLE [CustomerCustomerDemo](
   [CustomerID] nchar(5) NOT NULL,
   [CustomerTypeID] nchar(10) NOT NULL,
   PRIMARY KEY ("CustomerID","CustomerTypeID"),
   FOREIGN KEY ([CustomerID]) REFERENCES [Customers] ([CustomerID]) ON DELETE NO ACTION ON UPDATE NO ACTION,
   FOREIGN KEY ([CustomerTypeID]) REFERENCES [CustomerDemographics] ([CustomerTypeID])
);
CREATE TABLE [Employees]
(      [EmployeeID] INTEGER PRIMARY KEY AUTOINCREMENT,
       [LastName] nvarchar(20) NOT NULL,
       [BirthDate] "datetime",
       [Photo] image,
       [Notes] ntext,
       [ReportsTo] "int",
       CHECK ([BirthDate] < (DATE('now'))),
    FOREIGN KEY ([ReportsTo]) REFERENCES [Employees] ([EmployeeID])
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE [Order Details](
   [OrderID] INTEGER NOT NULL,
   [ProductID] INTEGER NOT NULL,
   [UnitPrice] NUMERIC NOT NULL DEFAULT 0,
   [Quantity] smallint NOT NULL DEFAULT 1,
   [Discount] REAL NOT NULL DEFAULT 0,
    PRIMARY KEY ("OrderID","ProductID"),
    CHECK ([Discount]>=(0) AND [Discount]<=(1)),
    CHECK ([Quantity]>(0)),
    CHECK ([UnitPrice]>=(0)),
    FOREIGN KEY ([OrderID]) REFERENCES [Orders] ([OrderID]),
    FOREIGN KEY ([ProductID]) REFERENCES [Products] ([ProductID])
);
CREATE TABLE [Orders](
   [OrderID] INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
   [CustomerID] nchar(5),
   [EmployeeID] INTEGER,
   [OrderDate] datetime,
   [Freight] NUMERIC DEFAULT 0,
   [ShipName] TEXT,
    FOREIGN KEY ([EmployeeID]) REFERENCES [Employees] ([EmployeeID]),
    FOREIGN KEY ([CustomerID]) REFERENCES [Customers] ([CustomerID])
);
CREATE TABLE [Products](
   [ProductID] INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
   [ProductName] TEXT NOT NULL,
   [CategoryID] INTEGER,
   [UnitPrice] NUMERIC DEFAULT 0,
   [UnitsInStock] INTEGER DEFAULT 0,
   [Discontinued] TEXT NOT NULL DEFAULT '0',
    CHECK ([UnitPrice]>=(0)),
    FOREIGN KEY ([CategoryID]) REFERENCES [Categories] ([CategoryID])
);
CREATE TABLE [Regions]([RegionID] INTEGER NOT NULL PRIMARY KEY, [RegionDescription] TEXT NOT NULL);
CREATE TABLE [Territories]([TerritoryID] TEXT NOT NULL, [TerritoryDescription] TEXT NOT NULL, [RegionID] INTEGER NOT NULL, PRIMARY KEY ("TerritoryID"), FOREIGN KEY ([RegionID]) REFERENCES [Regions] ([RegionID]));
CREATE INDEX "IX Orders by date" ON [Orders] ([OrderDate]);
CREATE VIEW [Alphabetical list of products] AS SELECT [Products].*, [Categories].[CategoryName] FROM [Categories] INNER JOIN [Products] ON [Categories].[CategoryID] = [Products].[CategoryID] WHERE ((([Products].[Discontinued])=0));
CREATE VIEW [Order Subtotals] AS SELECT [OrderID], Sum(([UnitPrice]*[Quantity]*(1-[Discount])/100)*100) AS Subtotal FROM [Order Details] GROUP BY [OrderID];
