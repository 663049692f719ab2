Attribute VB_Name = "modRibbon"
Option Explicit

' The ribbon's callbacks, and the function wizard's Chinese texts, which stand in cells of this workbook.

Private Const DESCRIPTION_COLUMN As Long = 2
Private Const FIRST_ARGUMENT_COLUMN As Long = 3

Private mWizardReady As Boolean

Public Sub CcgRibbonLoad(ribbon As IRibbonUI)
    DescribeFunctions
End Sub

' Every button of the ribbon: its tag is the command's name.
Public Sub CcgRun(control As IRibbonControl)
    CcgCommand control.Tag
End Sub

' Run a command on the workbook in front, and show the sentence it ends with.
Public Sub CcgCommand(ByVal commandName As String)
    Dim message As String
    DescribeFunctions
    If ActiveWorkbook Is Nothing Then
        message = TextOf("ccg_no_workbook")
    Else
        message = CcgRunCommand(commandName, ActiveWorkbook.FullName)
    End If
    If Len(message) > 0 Then MsgBox message, vbInformation, TextOf("ccg_category")
End Sub

' Tell the function wizard what each function and argument is. Excel refuses while no workbook is
' visible (then the next button tries again); LibreOffice has no such method.
Private Sub DescribeFunctions()
    Dim texts As Variant, row As Long, wasSaved As Boolean
    If mWizardReady Then Exit Sub
    On Error GoTo failed
    texts = ThisWorkbook.Names("ccg_wizard").RefersToRange.Value
    wasSaved = ThisWorkbook.Saved
    For row = LBound(texts, 1) To UBound(texts, 1)
        DescribeFunction texts, row
    Next row
    ThisWorkbook.Saved = wasSaved
    mWizardReady = True
failed:
End Sub

Private Sub DescribeFunction(ByRef texts As Variant, ByVal row As Long)
    Dim helps() As String, column As Long, count As Long, macroName As String
    macroName = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & texts(row, 1)
    For column = FIRST_ARGUMENT_COLUMN To UBound(texts, 2)
        If Len(texts(row, column)) > 0 Then count = column - FIRST_ARGUMENT_COLUMN + 1
    Next column
    If count = 0 Then
        Application.MacroOptions Macro:=macroName, Description:=texts(row, DESCRIPTION_COLUMN), Category:=TextOf("ccg_category")
        Exit Sub
    End If
    ReDim helps(1 To count)
    For column = 1 To count
        helps(column) = CStr(texts(row, FIRST_ARGUMENT_COLUMN + column - 1))
    Next column
    Application.MacroOptions Macro:=macroName, Description:=texts(row, DESCRIPTION_COLUMN), Category:=TextOf("ccg_category"), ArgumentDescriptions:=helps
End Sub
