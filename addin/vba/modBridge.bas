Attribute VB_Name = "modBridge"
Option Explicit
Option Private Module

' The way from a cell or a button to Python: one late-bound server per session, plain values only.
' The same text runs in Excel and in LibreOffice Basic. Chinese texts live in cells (see TextOf).

Private Const PROG_ID As String = "CCGrade.Server"
Private Const PROBE As String = "CCG_STAR_SCORE"
Private Const PAUSE_AFTER_FAILURE As Double = 30 / 86400
Private Const NOT_AVAILABLE As Long = 2042
Private Const NOT_UNDERSTOOD As Long = 2015
Private Const FORMULA_ERROR As Long = 4

' Excel's error values and their texts, read in both directions: a text is four digits after its number.
Private Const ERROR_TABLE As String = "|2000=#NULL!|2007=#DIV/0!|2015=#VALUE!|2023=#REF!|2029=#NAME?|2036=#NUM!" & _
    "|2042=#N/A|2043=#GETTING_DATA|2045=#SPILL!|2050=#CALC!|"

Private mServer As Object
Private mQuietUntil As Double
Private mVersionsCompared As Boolean

' Answer with a word where the project has been understood: a host that cannot parse one module
' lets every function answer with nothing.
Public Function CcgCanary() As String
    CcgCanary = "alive"
End Function

' Answer a cell function: arguments are plain values (see CcgPlain), the answer is what the cells show.
Public Function CcgCall(ByVal functionName As String, ByVal arguments As Variant) As Variant
    Dim answer As Variant
    If TryCall(functionName, arguments, answer) Then
        CcgCall = CcgCells(answer)
    Else
        CcgCall = CVErr(NOT_AVAILABLE)
    End If
End Function

' Run a button's command on a workbook; the answer is the sentence to show, or "". A command must not
' run twice, so a formula finds out first whether the server has gone.
Public Function CcgRunCommand(ByVal commandName As String, ByVal workbookFullName As String) As String
    Dim answer As Variant, notice As String, settings As Variant
    mQuietUntil = 0
    If Not TryCall(PROBE, Array(1, 1), answer) Then
        CcgRunCommand = TextOf("ccg_no_server")
        Exit Function
    End If
    notice = VersionNotice()
    settings = SettingsNow()
    On Error GoTo failed
    answer = mServer.RunCommand(commandName, workbookFullName)
    CcgRunCommand = CStr(CellValue(answer))
    If Len(CcgRunCommand) > 0 And Len(notice) > 0 Then CcgRunCommand = CcgRunCommand & vbLf & vbLf
    CcgRunCommand = CcgRunCommand & notice
    Exit Function
failed:
    Set mServer = Nothing
    PutBack settings
    CcgRunCommand = TextOf("ccg_command_failed")
End Function

' What a command sets aside while it writes.
Private Function SettingsNow() As Variant
    On Error Resume Next
    SettingsNow = Array(Application.Calculation, Application.EnableEvents, Application.ScreenUpdating, Application.DisplayAlerts)
End Function

' A server that ended in the middle of a command has left these as it needed them. LibreOffice has a
' status bar that is not to be asked for.
Private Sub PutBack(ByVal settings As Variant)
    On Error Resume Next
    If IsArray(settings) Then
        Application.DisplayAlerts = settings(3)
        Application.ScreenUpdating = settings(2)
        Application.EnableEvents = settings(1)
        Application.Calculation = settings(0)
    End If
    If Not InLibreOffice() Then Application.StatusBar = False
End Sub

' A Chinese text from the cell of this workbook that a defined name refers to; "" where there is none.
Public Function TextOf(ByVal definedName As String) As String
    TextOf = TextIn(ThisWorkbook, definedName)
End Function

Private Function TextIn(ByVal book As Object, ByVal definedName As String) As String
    On Error GoTo failed
    TextIn = CStr(book.Names(definedName).RefersToRange.Value)
failed:
End Function

' What to say, once a session, where the package that answers is of another version than the file with
' these macros, or than the workbook in front.
Private Function VersionNotice() As String
    Dim version As String
    On Error GoTo failed
    If mVersionsCompared Then Exit Function
    version = CStr(mServer.Version())
    VersionNotice = Difference(ThisWorkbook, version)
    If Len(VersionNotice) = 0 Then VersionNotice = Difference(ActiveWorkbook, version)
    mVersionsCompared = True
failed:
End Function

Private Function Difference(ByVal book As Object, ByVal version As String) As String
    Dim madeBy As String
    madeBy = TextIn(book, "ccg_version")
    If Len(madeBy) = 0 Or madeBy = version Then Exit Function
    Difference = Replace(TextOf("ccg_versions_differ"), "{file}", book.Name)
    Difference = Replace(Replace(Difference, "{made_by}", madeBy), "{package}", version)
End Function

' Ask the server, once more with a new one when it has gone. False when there is no server.
Private Function TryCall(ByVal functionName As String, ByVal arguments As Variant, ByRef answer As Variant) As Boolean
    TryCall = CallOnce(functionName, arguments, answer)
    If TryCall Or mServer Is Nothing Then Exit Function
    Set mServer = Nothing
    TryCall = CallOnce(functionName, arguments, answer)
End Function

Private Function CallOnce(ByVal functionName As String, ByVal arguments As Variant, ByRef answer As Variant) As Boolean
    On Error GoTo failed
    If Not Connected() Then Exit Function
    answer = mServer.CallUDF(functionName, arguments)
    CallOnce = True
failed:
End Function

' Start the server if there is none. After a failure, cells wait before they try again: a column of
' formulas must not start a missing server ten thousand times.
Private Function Connected() As Boolean
    On Error GoTo failed
    If mServer Is Nothing Then
        If CDbl(Now) < mQuietUntil Then Exit Function
        Set mServer = CreateObject(PROG_ID)
    End If
    Connected = True
    Exit Function
failed:
    Set mServer = Nothing
    mQuietUntil = CDbl(Now) + PAUSE_AFTER_FAILURE
    SayInStatusBar TextOf("ccg_no_server")
End Function

' LibreOffice has no status bar while it calculates an opening file, and ends when asked for one.
Private Sub SayInStatusBar(ByVal words As String)
    On Error Resume Next
    If Len(words) > 0 And Not InLibreOffice() Then Application.StatusBar = words
End Sub

' What a cell function hands over for an argument: a value, or a block of rows and columns. Errors
' become their texts, a range its values (dates stay serial numbers), a missing argument Empty.
Public Function CcgPlain(ByRef argument As Variant) As Variant
    Dim values As Variant, row As Long, column As Long
    If IsObject(argument) Then
        values = ValuesOf(argument)
    Else
        values = argument
    End If
    If Not IsArray(values) Then
        CcgPlain = PlainValue(values)
        Exit Function
    End If
    values = Grid(values)
    For row = LBound(values, 1) To UBound(values, 1)
        For column = LBound(values, 2) To UBound(values, 2)
            If VarType(values(row, column)) <> vbDouble Then values(row, column) = PlainValue(values(row, column))
        Next column
    Next row
    CcgPlain = values
End Function

Private Function PlainValue(ByVal value As Variant) As Variant
    If IsError(value) Then
        PlainValue = ErrorText(value)
    ElseIf VarType(value) = vbDate Then
        PlainValue = CDbl(value)
    Else
        PlainValue = value
    End If
End Function

' A selection of several areas has no one shape.
Private Function ValuesOf(ByVal source As Object) As Variant
    If source.Areas.Count > 1 Then
        ValuesOf = CVErr(NOT_UNDERSTOOD)
    ElseIf InLibreOffice() Then
        ValuesOf = ValuesWithErrorTexts(source)
    Else
        ValuesOf = source.Value2
    End If
End Function

' LibreOffice presents itself as Excel 2003, which could not open this file.
Private Function InLibreOffice() As Boolean
    InLibreOffice = Val(Application.Version) < 12
End Function

' In LibreOffice an error cell reads as zero: put the text it shows in its place. Value2 is new there.
Private Function ValuesWithErrorTexts(ByVal source As Object) As Variant
    Dim values As Variant, faulty As Object, cell As Object, top As Long, leftmost As Long
    values = source.Value
    Set faulty = source.CellRange.queryFormulaCells(FORMULA_ERROR)
    If faulty.Count > 0 Then
        If Not IsArray(values) Then
            values = source.CellRange.getCellByPosition(0, 0).String
        Else
            top = source.CellRange.RangeAddress.StartRow - LBound(values, 1)
            leftmost = source.CellRange.RangeAddress.StartColumn - LBound(values, 2)
            For Each cell In faulty.Cells
                values(cell.CellAddress.Row - top, cell.CellAddress.Column - leftmost) = cell.String
            Next cell
        End If
    End If
    ValuesWithErrorTexts = values
End Function

' What the cells show of an answer: error texts become error values, nothing becomes an empty text.
Public Function CcgCells(ByVal answer As Variant) As Variant
    Dim row As Long, column As Long
    If Not IsArray(answer) Then
        CcgCells = CellValue(answer)
        Exit Function
    End If
    If UBound(answer) < LBound(answer) Then
        CcgCells = CVErr(NOT_AVAILABLE)
        Exit Function
    End If
    answer = Grid(answer)
    For row = LBound(answer, 1) To UBound(answer, 1)
        For column = LBound(answer, 2) To UBound(answer, 2)
            If VarType(answer(row, column)) <> vbDouble Then answer(row, column) = CellValue(answer(row, column))
        Next column
    Next row
    CcgCells = answer
End Function

Private Function CellValue(ByVal value As Variant) As Variant
    If IsNull(value) Or IsEmpty(value) Then
        CellValue = ""
    ElseIf VarType(value) = vbString Then
        CellValue = TextOrError(value)
    Else
        CellValue = value
    End If
End Function

' A block of rows and columns, whether the values came as one, as a single row, or as a row of rows.
Private Function Grid(ByRef values As Variant) As Variant
    If HasColumns(values) Then
        Grid = values
    ElseIf IsArray(values(LBound(values))) Then
        Grid = GridOfRows(values)
    Else
        Grid = GridOfRows(Array(values))
    End If
End Function

Private Function HasColumns(ByRef values As Variant) As Boolean
    Dim last As Long
    On Error GoTo oneDimension
    last = UBound(values, 2)
    HasColumns = True
oneDimension:
End Function

Private Function GridOfRows(ByVal lines As Variant) As Variant
    Dim cells() As Variant, row As Long, column As Long, width As Long, inner As Variant
    inner = lines(LBound(lines))
    width = UBound(inner) - LBound(inner) + 1
    ReDim cells(1 To UBound(lines) - LBound(lines) + 1, 1 To width)
    For row = 1 To UBound(cells, 1)
        inner = lines(LBound(lines) + row - 1)
        For column = 1 To width
            cells(row, column) = inner(LBound(inner) + column - 1)
        Next column
    Next row
    GridOfRows = cells
End Function

Private Function ErrorText(ByVal value As Variant) As String
    Dim place As Long, rest As String
    ErrorText = "#VALUE!"
    On Error GoTo unknown
    place = InStr(ERROR_TABLE, "|" & CStr(CLng(value)) & "=")
    If place > 0 Then
        rest = Mid(ERROR_TABLE, place + 6)
        ErrorText = Left(rest, InStr(rest, "|") - 1)
    End If
unknown:
End Function

Private Function TextOrError(ByVal words As String) As Variant
    Dim place As Long
    TextOrError = words
    If Left(words, 1) <> "#" Then Exit Function
    place = InStr(ERROR_TABLE, "=" & words & "|")
    If place > 0 Then TextOrError = CVErr(CLng(Mid(ERROR_TABLE, place - 4, 4)))
End Function
