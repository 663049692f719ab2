; The installer and the uninstaller, for one user and without an administrator. Built by `python -m addin.windows.build`,
; which defines VERSION, OUTPUT, ICON, KILOBYTES, FILES (a script that unpacks them), QUIT_EVENT,
; ADDIN_NAME and TEMPLATE_NAME.
Unicode true
Target amd64-unicode
ManifestDPIAware true
RequestExecutionLevel user
CRCCheck force
SetDateSave on

!include MUI2.nsh
!include LogicLib.nsh

!define TITLE "ccgrade 客户分级"
!define PROGRAMS_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall"
!define UNINSTALL_KEY "${PROGRAMS_KEY}\ccgrade"
!define REPORT "$TEMP\ccgrade-setup.txt"
!define MENU "$SMPROGRAMS\${TITLE}"
!define TEMPLATE "$APPDATA\Microsoft\Templates\${TEMPLATE_NAME}"
!define ADDIN "$APPDATA\Microsoft\Excel\XLSTART\${ADDIN_NAME}"
!define UTF8 65001

Name "${TITLE}"
OutFile "${OUTPUT}"
BrandingText "${TITLE} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=2052 "ProductName" "${TITLE}"
VIAddVersionKey /LANG=2052 "FileDescription" "${TITLE} 安装程序"
VIAddVersionKey /LANG=2052 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "LegalCopyright" "Apache-2.0"

Var Sentence ; what `ccgrade addin` had to say
Var WasThere ; the folder held an installation before

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "安装 ${TITLE} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "工商客户分级：用气量 × 信用 → 星级。$\r$\n$\r$\n只为当前用户安装，不需要管理员权限，不需要另装 Python，数据不离开本机。$\r$\n$\r$\n请先保存并关闭 Excel，再按“安装”。"
!define MUI_FINISHPAGE_TITLE "安装完成"
!define MUI_FINISHPAGE_TEXT "$Sentence"
!define MUI_FINISHPAGE_TEXT_LARGE
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "现在新建一个客户分级工作簿"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenTemplate
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; --- where ----------------------------------------------------------------------------------------------------------

; The folder /D= names; else that of the installation there is; else the user's own programs. Some packages cannot
; live under a path outside ASCII, so for a user named 张三 it is a folder of one's own in ProgramData, with a name
; nobody can take beforehand, that only she and administrators may change.
Function .onInit
  ${If} $INSTDIR == ""
    ReadRegStr $INSTDIR HKCU "${UNINSTALL_KEY}" "InstallLocation"
  ${EndIf}
  ${If} $INSTDIR == ""
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\ccgrade"
    System::Call 'kernel32::WideCharToMultiByte(i ${UTF8}, i 0, w "$INSTDIR", i -1, p 0, i 0, p 0, p 0) i .r0'
    StrLen $1 $INSTDIR
    IntOp $1 $1 + 1
    ${If} $0 != $1
      System::Call 'ole32::CoCreateGuid(g .r2)'
      StrCpy $2 $2 8 1
      SetShellVarContext all
      StrCpy $INSTDIR "$APPDATA\ccgrade-$2"
      SetShellVarContext current
      CreateDirectory "$INSTDIR"
      nsExec::Exec '"$SYSDIR\icacls.exe" "$INSTDIR" /inheritance:r /grant:r *S-1-3-4:(OI)(CI)F *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F'
      Pop $0
    ${EndIf}
  ${EndIf}
FunctionEnd

; --- install --------------------------------------------------------------------------------------------------------

Section
  Call RefuseWhileExcelIsOpen
  Call LetServerLeave
  Call PutOldAside
  !include "${FILES}"
  SetOutPath "$INSTDIR"
  FileOpen $0 "$INSTDIR\ccgrade.cmd" w
  FileWrite $0 '@"%~dp0python\python.exe" -P -m ccgrade_xl %*$\r$\n'
  FileClose $0
  nsExec::Exec '"$INSTDIR\python\python.exe" -P -m ccgrade_xl addin install --report "${REPORT}"'
  Pop $0
  Call ReadSentence
  ${If} $0 != 0
    Call PutBack
    StrCpy $0 "$Sentence"
    Call Refuse
  ${EndIf}
  RMDir /r "$INSTDIR\python.old"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  Call WriteUninstallKey
  Call WriteMenu
SectionEnd

; Excel keeps its add-ins open, and would start the server again while its files are replaced.
Function RefuseWhileExcelIsOpen
  ${If} ${FileExists} "${ADDIN}"
    ClearErrors
    FileOpen $1 "${ADDIN}" a
    ${If} ${Errors}
      StrCpy $0 "没有安装：Excel 正开着，原来的版本没有改变。请关闭所有 Excel 窗口后再试。"
      Call Refuse
    ${EndIf}
    FileClose $1
  ${EndIf}
FunctionEnd

; A running server holds a named event and leaves when it is set.
Function LetServerLeave
  StrCpy $1 0
  ${Do}
    System::Call 'kernel32::OpenEventW(i 2, i 0, w "${QUIT_EVENT}") p .r0'
    ${If} $0 P= 0
    ${OrIf} $1 > 150
      ${ExitDo}
    ${EndIf}
    System::Call 'kernel32::SetEvent(p r0)'
    System::Call 'kernel32::CloseHandle(p r0)'
    Sleep 100
    IntOp $1 $1 + 1
  ${Loop}
FunctionEnd

; The old version stands until the new one does. A folder in use cannot be renamed.
Function PutOldAside
  StrCpy $WasThere 0
  ${If} ${FileExists} "$INSTDIR\python\*.*"
    StrCpy $WasThere 1
    RMDir /r "$INSTDIR\python.old"
    StrCpy $1 0
    ${Do}
      ClearErrors
      Rename "$INSTDIR\python" "$INSTDIR\python.old"
      ${IfNot} ${Errors}
      ${OrIf} $1 > 50
        ${ExitDo}
      ${EndIf}
      Sleep 200
      IntOp $1 $1 + 1
    ${Loop}
    ${If} ${FileExists} "$INSTDIR\python\*.*"
      StrCpy $0 "没有安装：程序正在使用，原来的版本没有改变。请关闭所有 Excel 窗口后再试。"
      Call Refuse
    ${EndIf}
  ${EndIf}
FunctionEnd

Function PutBack
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\python"
  ${If} $WasThere == 1
    Rename "$INSTDIR\python.old" "$INSTDIR\python"
  ${Else}
    Delete "$INSTDIR\ccgrade.cmd"
    RMDir "$INSTDIR"
  ${EndIf}
FunctionEnd

Function .onInstFailed
  ${If} ${FileExists} "$INSTDIR\python.old\*.*"
    Call PutBack
  ${EndIf}
FunctionEnd

; Say why ($0), write it down for whoever installs silently, and end with exit code 2.
Function Refuse
  FileOpen $1 "${REPORT}" w
  FileWriteUTF16LE /BOM $1 "$0"
  FileClose $1
  SetErrorLevel 2
  MessageBox MB_OK|MB_ICONSTOP "$0" /SD IDOK
  Abort "$0"
FunctionEnd

Function ReadSentence
  StrCpy $Sentence "ccgrade 没有说明原因。请检查杀毒软件是否拦截了 $INSTDIR\python\python.exe。"
  ${If} ${FileExists} "${REPORT}"
    FileOpen $1 "${REPORT}" r
    FileReadUTF16LE $1 $Sentence
    FileClose $1
    Delete "${REPORT}"
  ${EndIf}
FunctionEnd

Function WriteUninstallKey
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
FunctionEnd

Function WriteMenu
  CreateDirectory "${MENU}"
  SetOutPath "$DOCUMENTS"
  CreateShortCut "${MENU}\新建客户分级工作簿.lnk" "${TEMPLATE}"
  CreateShortCut "${MENU}\诊断.lnk" "$SYSDIR\cmd.exe" '/k ""$INSTDIR\ccgrade.cmd" doctor"'
  CreateShortCut "${MENU}\卸载.lnk" "$INSTDIR\uninstall.exe"
FunctionEnd

Function OpenTemplate
  ExecShell "open" "${TEMPLATE}"
FunctionEnd

; --- uninstall ------------------------------------------------------------------------------------------------------

Section "Uninstall"
  nsExec::Exec '"$INSTDIR\python\python.exe" -P -m ccgrade_xl addin uninstall --report "${REPORT}"'
  Pop $0
  ${If} $0 != 0
    StrCpy $Sentence "程序文件不见了，请重新安装一次，再卸载。"
    ${If} ${FileExists} "${REPORT}"
      FileOpen $1 "${REPORT}" r
      FileReadUTF16LE $1 $Sentence
      FileClose $1
    ${EndIf}
    SetErrorLevel 2
    MessageBox MB_OK|MB_ICONSTOP "$Sentence" /SD IDOK
    Abort "$Sentence"
  ${EndIf}
  Delete "${REPORT}"
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\python"
  RMDir /r "$INSTDIR\python.old"
  Delete "$INSTDIR\ccgrade.cmd"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  RMDir "$LOCALAPPDATA\Programs"
  Delete "${MENU}\*.lnk"
  RMDir "${MENU}"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  DeleteRegKey /ifempty HKCU "${PROGRAMS_KEY}"
SectionEnd
